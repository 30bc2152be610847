"""The text of a token of any kind: a prefix for the kind, a public id to find it by, and a secret of 256 bits."""

import hashlib
import hmac
import secrets
from typing import NamedTuple

ID_BYTES = 6
SECRET_BYTES = 32
LONGEST = 200


class Fresh(NamedTuple):
    """A new token: what is stored of it, and the text to hand out, which is never seen again."""

    token_id: str
    digest: bytes
    text: str


def fresh(prefix: str) -> Fresh:
    """Return a new token of the kind that `prefix` tells."""
    token_id, secret = secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    return Fresh(token_id, digest_of(secret), f"{prefix}_{token_id}_{secret}")


def parted(text: str, prefix: str) -> tuple[str, str] | None:
    """Return the public id and the secret of a token's text, or None if it is not shaped like one of this kind."""
    if len(text) > LONGEST:
        return None
    parts = text.strip().split("_", 2)
    if len(parts) != 3 or parts[0] != prefix or not is_id(parts[1]):  # noqa: PLR2004  prefix, id, secret
        return None
    return parts[1], parts[2]


def is_secret_of(digest: bytes, secret: str) -> bool:
    """Whether `secret` has this digest, in a time that tells nothing about where it differs."""
    return hmac.compare_digest(digest, digest_of(secret))


def digest_of(secret: str) -> bytes:
    """Return the SHA-256 of a secret; lone surrogates are as good as any wrong character."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def is_id(text: str) -> bool:
    return len(text) == ID_BYTES * 2 and all(character in "0123456789abcdef" for character in text)
