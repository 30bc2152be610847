"""What is remembered about instances: STATE items, written only by conditional writes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from lapsewatch.adapters.dynamodb.items import CONFIG, STATE, pk_of, state_item
from lapsewatch.adapters.dynamodb.ledger_items import entry_item, row_item
from lapsewatch.adapters.dynamodb.table import DUE_SHARDS, Table, shard_of, stamp
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.changes import Entry
from lapsewatch.domain.reading import Absorbed, owed_rows
from lapsewatch.domain.state import InstanceState

UNMOVED = "enabled = :enabled AND attribute_not_exists(deleted_at) AND ver = :ver"
"""True only for an existing, enabled instance that nobody wrote to since it was read."""


def due_keys(instance_id: str, due_at: datetime | None) -> Item:
    """Return the attributes by which an item stands in the due index; without an instant it leaves the index."""
    if due_at is None:
        return {"due_shard": None, "due_at": None}
    return {"due_shard": shard_of(instance_id, DUE_SHARDS), "due_at": stamp(due_at)}


def update_state(before: InstanceState, changes: Item, **more: Any) -> Item:
    """Return the write of some of a state's attributes, if nothing moved since `before` was read."""
    values = {":enabled": True, ":ver": before.ver, **more.pop("values", {})}
    condition = " AND ".join([UNMOVED, *more.pop("conditions", ())])
    changes = {**changes, "ver": before.ver + 1}
    return update(pk_of(before.instance_id), STATE, changes, condition=condition, values=values, **more)


class DynamoStates:
    """States in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, before: InstanceState, absorbed: Absorbed, due_at: datetime | None, now: datetime) -> None:
        changes = {**state_item(absorbed.state), **due_keys(before.instance_id, due_at)}
        self._table.write(update_state(before, changes), *_owed(absorbed, now))

    def retire(self, before: InstanceState, absorbed: Absorbed, now: datetime) -> None:
        pk = pk_of(before.instance_id)
        tombstone = {**state_item(absorbed.state), **due_keys(before.instance_id, None)}
        changes = {**tombstone, "deleted_at": stamp(now), "ver": before.ver + 1}
        alive = "attribute_not_exists(deleted_at) AND ver = :ver"
        self._table.write(
            update(pk, STATE, changes, condition=alive, values={":ver": before.ver}),
            update(pk, CONFIG, {"fleet_shard": None}, condition="attribute_exists(pk)"),
            *_owed(absorbed, now),
        )

    def correct(self, before: InstanceState, after: InstanceState, due_at: datetime | None) -> None:
        keys = due_keys(before.instance_id, due_at if before.enabled else None)
        changes = {**state_item(after), **keys, "ver": before.ver + 1}
        alive = "attribute_not_exists(deleted_at) AND ver = :ver"
        self._table.write(
            update(pk_of(before.instance_id), STATE, changes, condition=alive, values={":ver": before.ver})
        )

    def begin_refresh(self, before: InstanceState, now: datetime, until: datetime) -> InstanceState:
        begun = replace(before, ver=before.ver + 1, obs_seq=before.obs_seq + 1, refresh_at=now, lease_until=until)
        changes = {"obs_seq": begun.obs_seq, "refresh_at": stamp(now), "lease_until": stamp(until)}
        self._table.write(update_state(before, changes))
        return begun


def _owed(absorbed: Absorbed, now: datetime) -> Iterator[Item]:
    """Yield the writes of what a reading owes and of what it changed."""
    yield from (put_new(row_item(row)) for row in owed_rows(absorbed, now))
    if absorbed.changes:
        state = absorbed.state
        yield put_new(entry_item(state.instance_id, Entry(now, absorbed.changes), state.obs_seq))
