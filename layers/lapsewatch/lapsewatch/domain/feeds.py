"""Feeds: read-only views of the fleet or of one customer, for people who do not sign in.

A feed is opened by a token of its own kind, which is no access token and never becomes one.
"""

from dataclasses import dataclass
from datetime import datetime

from lapsewatch.domain import token_text

PREFIX = "lwf"


@dataclass(frozen=True, slots=True)
class Feed:
    """A stored feed: never its token, only the SHA-256 of the token's secret."""

    feed_id: str
    label: str
    customer: str | None
    """Whose instances it shows; None for the whole fleet."""
    digest: bytes
    created_at: datetime
    revoked_at: datetime | None = None


def new_feed(label: str, customer: str | None, now: datetime) -> tuple[Feed, str]:
    """Return a feed to store and the token to hand out, which is never seen again."""
    fresh = token_text.fresh(PREFIX)
    return Feed(fresh.token_id, label, customer, fresh.digest, now), fresh.text


def parted(text: str) -> tuple[str, str] | None:
    """Return the id and the secret of a feed token's text, or None if it is not shaped like one."""
    return token_text.parted(text, PREFIX)


def opens(secret: str, feed: Feed) -> bool:
    """Whether `secret` is the feed's, in a time that tells nothing about where it differs."""
    return token_text.is_secret_of(feed.digest, secret) and feed.revoked_at is None
