"""Who gets a feed, and which feed a token opens."""

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches

from lapsewatch.domain.feeds import Feed, new_feed, opens, parted
from lapsewatch.errors import InvalidRequestError, UnknownFeedError
from lapsewatch.ports import Feeds


def create_feed(feeds: Feeds, customers: Iterable[str], label: str, customer: str | None, now: datetime) -> str:
    """Store a new feed and return its token, which cannot be had again; a customer must be one of `customers`."""
    if customer is not None:
        _must_be_known(customer, sorted(set(customers)))
    feed, text = new_feed(label, customer, now)
    feeds.add(feed)
    return text


def revoke_feed(feeds: Feeds, feed_id: str, now: datetime) -> None:
    """End a feed for good; once it has ended, this changes nothing."""
    feed = feeds.feed(feed_id)
    if feed is None:
        raise UnknownFeedError("feed: there is none with this id; `lapsewatch feed list` shows them all.")
    if feed.revoked_at is None:
        feeds.revoke(feed_id, now)


def feed_of(feeds: Feeds, text: str) -> Feed:
    """Return the feed that a token opens; raise UnknownFeedError for any other text, whatever is wrong with it."""
    pair = parted(text)
    feed = feeds.feed(pair[0]) if pair else None
    if pair is None or feed is None or not opens(pair[1], feed):
        raise UnknownFeedError("There is no such feed, or it was revoked.")
    return feed


def _must_be_known(customer: str, known: list[str]) -> None:
    if customer in known:
        return
    by_folded = {name.casefold(): name for name in known}
    near = [by_folded[name] for name in get_close_matches(customer.casefold(), by_folded, n=3, cutoff=0.5)]
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "`lapsewatch instance list` shows them all."
    raise InvalidRequestError(f"customer: there is none called {customer!r}; {hint}")
