"""Access tokens and the sessions that browsers get for them."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from lapsewatch.domain import token_text
from lapsewatch.domain.token_text import LONGEST, is_id

PREFIX = "lw"
SESSION = timedelta(days=30)


class Role(StrEnum):
    """What a token may do; each role may do all that the ones before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def covers(self, needed: Self) -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Token:
    """A stored token: never the secret itself, only its SHA-256."""

    token_id: str
    role: Role
    label: str
    digest: bytes
    created_at: datetime
    revoked_at: datetime | None = None


def new_token(role: Role, label: str, now: datetime) -> tuple[Token, str]:
    """Return a token to store and the text to hand out, which is never seen again."""
    fresh = token_text.fresh(PREFIX)
    return Token(fresh.token_id, role, label, fresh.digest, now), fresh.text


def parted(text: str) -> tuple[str, str] | None:
    """Return the public id and the secret of a token's text, or None if it is not shaped like one."""
    return token_text.parted(text, PREFIX)


def matches(token: Token, secret: str) -> bool:
    """Whether `secret` is the token's, in a time that tells nothing about where it differs."""
    return token_text.is_secret_of(token.digest, secret) and token.revoked_at is None


def session_for(token: Token, key: bytes, now: datetime) -> str:
    """Return the signed session of a token, for a cookie."""
    claim = f"{token.token_id}.{int(now.timestamp())}"
    return f"{claim}.{_signature(claim, token, key)}"


def session_token_id(session: str) -> str | None:
    """Return the id of the token that a session says it is for, or None if it is not shaped like one."""
    token_id = session[:LONGEST].split(".", maxsplit=1)[0]
    return token_id if session.count(".") == 2 and is_id(token_id) else None  # noqa: PLR2004


def session_holds(session: str, token: Token, key: bytes, now: datetime) -> bool:
    """Whether a session is ours, still young enough, and its token not revoked."""
    claim, _, signature = session.rpartition(".")
    issued = claim.rpartition(".")[2]
    if not (issued.isascii() and issued.isdigit() and len(issued) < 12):  # noqa: PLR2004  seconds since 1970
        return False
    genuine = hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(claim, token, key).encode())
    age = now - datetime.fromtimestamp(int(issued), UTC)
    return genuine and token.revoked_at is None and timedelta(minutes=-5) <= age <= SESSION


def _signature(claim: str, token: Token, key: bytes) -> str:
    # The token's own digest is part of the key: what was signed for one token never serves another.
    return hmac.new(key + token.digest, claim.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
