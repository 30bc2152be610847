"""Hand-overs in the table, beside the rows of the ledger that they are about."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from lapsewatch.adapters.dynamodb.handover_items import RTE, handover_item, handover_of, key_of, keys_of, sk_of
from lapsewatch.adapters.dynamodb.items import pk_of
from lapsewatch.adapters.dynamodb.table import DUE_INDEX, DUE_SHARDS, Table, stamp
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing, tries
from lapsewatch.errors import ConflictError

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Writes that a digest makes at a time: it may have hundreds of notices."""
UNREADABLE = (KeyError, TypeError, ValueError)


class DynamoHandovers:
    """Hand-overs in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, handovers: Iterable[Handover]) -> None:
        self._each(lambda handover: put_new(handover_item(handover)), handovers)

    def settle(
        self, keys: Iterable[HandoverKey], standing: Standing, event_id: str, answer: str, now: datetime
    ) -> None:
        facts = {"standing": standing.value, "event_id": event_id, "answer": answer, "at": stamp(now)}

        def settled(key: HandoverKey) -> Item:
            # A copy that came to nothing does not undo what was delivered.
            condition = "attribute_exists(pk) AND (standing <> :delivered OR :delivered = :standing)"
            values = {":delivered": Standing.DELIVERED.value, ":standing": standing.value}
            pk, sk = pk_of(key.row.instance_id), sk_of(key)
            return update(pk, sk, facts, condition=condition, values=values, add={"attempts": tries(standing)})

        self._each(settled, keys)

    def some(self, keys: Iterable[HandoverKey]) -> dict[HandoverKey, Handover]:
        return {found.key: found for found in _readable(self._table.get_many(keys_of(keys)))}

    def of(self, instance_id: str) -> list[Handover]:
        values = {":pk": pk_of(instance_id), ":rte": RTE}
        return list(_readable(self._table.query("pk = :pk AND begins_with(sk, :rte)", values)))

    def due(self, now: datetime) -> Iterator[HandoverKey]:
        for shard in range(DUE_SHARDS):
            values = {":s": f"{shard:02d}", ":now": stamp(now)}
            for item in self._table.query("due_shard = :s AND due_at <= :now", values, DUE_INDEX):
                if not item["sk"].startswith(RTE):
                    continue
                try:
                    yield key_of(item)
                except UNREADABLE:
                    log.exception("a hand-over cannot be read", extra={"pk": item["pk"], "sk": item["sk"]})

    def postpone(self, handover: Handover, now: datetime, until: datetime) -> Handover:
        condition, values = "due_at <= :now", {":now": stamp(now)}
        self._write(handover.key, {"due_at": stamp(until)}, condition, values)
        return replace(handover, due_at=until)

    def close(self, handover: Handover, escalated_at: datetime | None) -> None:
        at = None if escalated_at is None else stamp(escalated_at)
        changes = {"due_shard": None, "due_at": None, **({"escalated_at": at} if at else {})}
        self._write(handover.key, changes, "attribute_exists(due_at) AND attribute_not_exists(escalated_at)", {})

    def _write(self, key: HandoverKey, changes: Item, condition: str, values: Item) -> None:
        pk, sk = pk_of(key.row.instance_id), sk_of(key)
        self._table.write(update(pk, sk, changes, condition=condition, values=values))

    def _each[What](self, spell: Callable[[What], Item], whats: Iterable[What]) -> None:
        """Write one for each; those that lost their condition are as somebody else left them."""

        def written(what: What) -> None:
            try:
                self._table.write(spell(what))
            except ConflictError:
                return

        some = list(whats)
        if len(some) <= 1:
            list(map(written, some))
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(written, some))


def _readable(items: Iterable[Item]) -> Iterator[Handover]:
    for item in items:
        try:
            yield handover_of(item)
        except UNREADABLE:
            log.exception("a hand-over cannot be read", extra={"pk": item["pk"], "sk": item["sk"]})
