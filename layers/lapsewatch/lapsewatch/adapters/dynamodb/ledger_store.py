"""The ledger in the table: claims, leases and marks, each one conditional write."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from lapsewatch.adapters.dynamodb.items import STATE, id_of, pk_of
from lapsewatch.adapters.dynamodb.ledger_items import CHG, REM, entry_of, key_of, row_item, row_of, sk_of
from lapsewatch.adapters.dynamodb.state_store import due_keys, update_state
from lapsewatch.adapters.dynamodb.table import DUE_INDEX, DUE_SHARDS, Table, stamp
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.changes import Entry
from lapsewatch.domain.ledger import KEPT, LedgerRow, RowKey, RowState
from lapsewatch.domain.state import InstanceState

log = logging.getLogger(__name__)

FREE = "st = :pending AND due_at <= :now"
"""A row that is unsettled and that nobody holds: a lease and a back-off both move `due_at` ahead."""
HELD = "st = :pending AND lease_owner = :owner"
UNREADABLE = (KeyError, TypeError, ValueError)
SETTLED = {"due_shard": None, "due_at": None, "lease_owner": None}


class DynamoLedger:
    """The ledger in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due_instances(self, now: datetime) -> Iterator[str]:
        return (id_of(item["pk"]) for item in self._due(now) if item["sk"] == STATE)

    def due_rows(self, now: datetime) -> Iterator[RowKey]:
        for item in self._due(now):
            if not item["sk"].startswith(REM):
                continue
            try:
                yield key_of(item)
            except UNREADABLE:
                log.exception("a row of the ledger cannot be read", extra={"pk": item["pk"], "sk": item["sk"]})

    def some(self, keys: Iterable[RowKey]) -> dict[RowKey, LedgerRow]:
        items = self._table.get_many([(pk_of(key.instance_id), sk_of(key)) for key in keys])
        return {row.key: row for row in _readable(items)}

    def rows(self, instance_id: str) -> list[LedgerRow]:
        items = self._table.query("pk = :pk AND begins_with(sk, :rem)", {":pk": pk_of(instance_id), ":rem": REM})
        return list(_readable(items))

    def history(self, instance_id: str, most: int) -> list[Entry]:
        values = {":pk": pk_of(instance_id), ":chg": CHG}
        items = self._table.query("pk = :pk AND begins_with(sk, :chg)", values, latest_first=True)
        return [entry_of(item) for item in islice(items, most)]

    def claim(self, before: InstanceState, row: LedgerRow, due_at: datetime | None) -> None:
        series, milestone = before.series[row.key.clock], row.key.milestone
        name = f"{row.key.clock}_series"
        claimed = update_state(
            before,
            {f"{name}.claimed": milestone, **due_keys(before.instance_id, due_at)},
            add={f"{row.key.clock}_alerts": {row.key.alert}},
            conditions=(
                "#series.#cycle = :cycle AND #series.#expires_at = :expires_at",
                "(attribute_not_exists(#series.#claimed) OR #series.#claimed > :milestone)",
            ),
            names={"#series": name, "#cycle": "cycle", "#expires_at": "expires_at", "#claimed": "claimed"},
            values={":cycle": series.cycle, ":expires_at": stamp(series.expires_at), ":milestone": milestone},
        )
        self._table.write(claimed, put_new(row_item(row)))

    def reindex(self, before: InstanceState, due_at: datetime | None) -> None:
        self._table.write(update_state(before, due_keys(before.instance_id, due_at)))

    def lease(self, row: LedgerRow, owner: str, now: datetime, until: datetime) -> LedgerRow:
        changes = {"lease_owner": owner, "due_at": stamp(until)}
        self._write(row, changes, FREE, {":now": stamp(now)}, add={"attempts": 1})
        return replace(row, lease_owner=owner, due_at=until, attempts=row.attempts + 1)

    def mark_sent(self, row: LedgerRow, sent_at: datetime, sns_message_id: str) -> None:
        sent = {"sent_at": stamp(sent_at), "sns_message_id": sns_message_id}
        changes = {"st": RowState.SENT.value, **sent, **_expiring(sent_at), **SETTLED}
        self._write(row, changes, HELD, {":owner": row.lease_owner})

    def release(self, row: LedgerRow, due_at: datetime) -> None:
        changes = {"due_at": stamp(due_at), "lease_owner": None, "refusals": row.refusals}
        self._write(row, changes, HELD, {":owner": row.lease_owner})

    def postpone(self, row: LedgerRow, now: datetime, due_at: datetime) -> None:
        self._write(row, {"due_at": stamp(due_at)}, FREE, {":now": stamp(now)})

    def settle(self, row: LedgerRow, state: RowState, now: datetime) -> None:
        changes = {"st": state.value, **_expiring(now), **SETTLED}
        values = {":now": stamp(now), ":attempts": row.attempts}
        self._write(row, changes, f"{FREE} AND attempts = :attempts", values)

    def bury(self, row: LedgerRow, now: datetime) -> None:
        changes = {"st": RowState.DEAD.value, "refusals": row.refusals, **_expiring(now), **SETTLED}
        self._write(row, changes, HELD, {":owner": row.lease_owner})

    def _write(self, row: LedgerRow, changes: Item, condition: str, values: Item, add: Item | None = None) -> None:
        values = {":pending": RowState.PENDING.value, **values}
        pk, sk = pk_of(row.key.instance_id), sk_of(row.key)
        self._table.write(update(pk, sk, changes, condition=condition, values=values, add=add))

    def _due(self, now: datetime) -> Iterator[Item]:
        for shard in range(DUE_SHARDS):
            values = {":s": f"{shard:02d}", ":now": stamp(now)}
            yield from self._table.query("due_shard = :s AND due_at <= :now", values, DUE_INDEX)


def _readable(items: Iterable[Item]) -> Iterator[LedgerRow]:
    """Yield the rows of items; one that cannot be read is named in the log, and the others go on."""
    for item in items:
        try:
            yield row_of(item)
        except UNREADABLE:
            log.exception("a row of the ledger cannot be read", extra={"pk": item["pk"], "sk": item["sk"]})


def _expiring(now: datetime) -> Item:
    return {"expires_ttl": int((now + KEPT).timestamp())}
