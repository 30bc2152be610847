"""Feeds in the table, by their id."""

from datetime import datetime

from lapsewatch.adapters.dynamodb.table import Table, instant_of, stamp
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.feeds import Feed

FEEDS = "META#FEEDS"


class DynamoFeeds:
    """Feeds under a key of their own, so that nothing that looks for access tokens can meet one."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def feed(self, feed_id: str) -> Feed | None:
        item = self._table.get(FEEDS, feed_id)
        return None if item is None else _feed_of(item)

    def add(self, feed: Feed) -> None:
        facts = {"label": feed.label, "customer": feed.customer, "digest": feed.digest}
        self._table.write(put_new({"pk": FEEDS, "sk": feed.feed_id, "created_at": stamp(feed.created_at), **facts}))

    def revoke(self, feed_id: str, now: datetime) -> None:
        self._table.write(update(FEEDS, feed_id, {"revoked_at": stamp(now)}, condition="attribute_exists(pk)"))

    def feeds(self) -> list[Feed]:
        return [_feed_of(item) for item in self._table.query("pk = :pk", {":pk": FEEDS})]


def _feed_of(item: Item) -> Feed:
    revoked_at = item.get("revoked_at")
    return Feed(
        feed_id=item["sk"],
        label=item["label"],
        customer=item.get("customer"),
        digest=bytes(item["digest"]),
        created_at=instant_of(item["created_at"]),
        revoked_at=instant_of(revoked_at) if revoked_at else None,
    )
