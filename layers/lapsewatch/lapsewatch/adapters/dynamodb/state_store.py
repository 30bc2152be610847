"""What is remembered about instances: STATE items, written only by conditional writes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from lapsewatch.adapters.dynamodb.items import STATE, pk_of, state_item
from lapsewatch.adapters.dynamodb.ledger_items import row_item
from lapsewatch.adapters.dynamodb.table import DUE_SHARDS, Item, Table, shard_of, stamp
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.reading import Absorbed
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
        rows = (
            LedgerRow(
                key=RowKey(before.instance_id, resolve.clock, resolve.cycle, None),
                state=RowState.PENDING,
                created_at=now,
                due_at=now,
                alerts=resolve.alerts,
            )
            for resolve in absorbed.resolves
        )
        self._table.write(update_state(before, changes), *(put_new(row_item(row)) for row in rows))

    def begin_refresh(self, before: InstanceState, now: datetime, until: datetime) -> InstanceState:
        begun = replace(before, ver=before.ver + 1, obs_seq=before.obs_seq + 1, refresh_at=now, lease_until=until)
        changes = {"obs_seq": begun.obs_seq, "refresh_at": stamp(now), "lease_until": stamp(until)}
        self._table.write(update_state(before, changes))
        return begun
