"""Which instances there are: CONFIG items, listed by the fleet index."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched
from zoneinfo import ZoneInfo

from lapsewatch.adapters.dynamodb.items import (
    CONFIG,
    STATE,
    config_item,
    id_of,
    instance_of,
    pk_of,
    state_item,
    state_of,
)
from lapsewatch.adapters.dynamodb.state_store import due_keys
from lapsewatch.adapters.dynamodb.table import FLEET_INDEX, FLEET_SHARDS, KEYS_A_CALL, Table
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.lifecycle import revival
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import InstanceState
from lapsewatch.errors import ConflictError, SettingsError

log = logging.getLogger(__name__)
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""The due instant of a state that the next remind run is to look at."""
UNREADABLE = (KeyError, TypeError, ValueError, SettingsError)


class DynamoFleet:
    """The fleet in the table. An item that cannot be read is named in the log and left out; the others go on."""

    def __init__(self, table: Table, stack_zone: ZoneInfo) -> None:
        self._table = table
        self._stack_zone = stack_zone

    def instances(self) -> Iterator[Instance]:
        for shard in range(FLEET_SHARDS):
            for item in self._table.query("fleet_shard = :s", {":s": f"{shard:02d}"}, FLEET_INDEX):
                try:
                    yield instance_of(item, self._stack_zone)
                except UNREADABLE as error:
                    _quarantine(item, error)

    def everything(self) -> Iterator[Watched]:
        # The index holds every CONFIG whole: to read those once more would double what the pages cost.
        for some in batched(self.instances(), KEYS_A_CALL, strict=False):
            keys = [(pk_of(instance.instance_id), STATE) for instance in some]
            states = {item["pk"]: item for item in self._table.get_many(keys)}
            for instance in some:
                state = states.get(pk_of(instance.instance_id))
                if state is None or "deleted_at" in state:
                    continue
                try:
                    yield Watched(instance, state_of(state))
                except UNREADABLE as error:
                    _quarantine(state, error)

    def watched(self, instance_ids: Iterable[str], *, removed: bool = False) -> dict[str, Watched]:
        keys = [(pk_of(instance_id), sk) for instance_id in dict.fromkeys(instance_ids) for sk in (CONFIG, STATE)]
        items = {(item["pk"], item["sk"]): item for item in self._table.get_many(keys)}
        found = {}
        for pk in dict.fromkeys(pk for pk, _ in keys):
            config, state = items.get((pk, CONFIG)), items.get((pk, STATE))
            if config is None or state is None or ("deleted_at" in state and not removed):
                continue
            try:
                found[id_of(pk)] = Watched(instance_of(config, self._stack_zone), state_of(state))
            except UNREADABLE as error:
                _quarantine(config, error)
        return found

    def register(self, instance: Instance) -> None:
        pk = pk_of(instance.instance_id)
        state = InstanceState(instance_id=instance.instance_id, enabled=instance.enabled)
        first = {name: value for name, value in state_item(state).items() if value is not None}
        new_state = put_new({"pk": pk, "sk": STATE, "ver": 1, **first})
        new_config = put_new({"pk": pk, "sk": CONFIG, **config_item(instance, self._stack_zone)})
        try:
            self._table.write(new_state, new_config)
        except ConflictError:
            known = state_of(self._table.get(pk, STATE) or {})
            if known.deleted:
                self._revive(instance, known)
            else:
                self._replace(instance)

    def set_enabled(self, instance: Instance, *, enabled: bool) -> None:
        self._replace(replace(instance, enabled=enabled))

    def _replace(self, instance: Instance) -> None:
        # Its zone may have changed, or it was paused: the next remind run decides anew when it is due. And whatever
        # it was left alone for, such as wrong credentials, may have been mended: the next poll visits it.
        due = due_keys(instance.instance_id, AT_ONCE if instance.enabled else None)
        visit = {"next_poll_at": None, "fail_count": 0}
        self._write(instance, {"enabled": instance.enabled, **visit, **due}, "attribute_not_exists(deleted_at)")

    def _revive(self, instance: Instance, tombstone: InstanceState) -> None:
        revived = revival(tombstone, enabled=instance.enabled)
        self._write(instance, {**state_item(revived), "deleted_at": None}, "attribute_exists(deleted_at)")

    def _write(self, instance: Instance, changes: Item, condition: str) -> None:
        pk = pk_of(instance.instance_id)
        there = "attribute_exists(pk)"
        self._table.write(
            update(pk, STATE, changes, condition=f"{there} AND {condition}", add={"ver": 1}),
            update(pk, CONFIG, config_item(instance, self._stack_zone), condition=there),
        )


def _quarantine(item: Item, error: Exception) -> None:
    log.error("an item of the fleet cannot be read", extra={"pk": item.get("pk"), "error": type(error).__name__})
