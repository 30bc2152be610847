"""Which instances there are: CONFIG items, listed by the fleet index."""

import logging
from collections.abc import Iterable, Iterator
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
from lapsewatch.domain.lifecycle import reached_anew, revival
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import InstanceState
from lapsewatch.errors import ConflictError, SettingsError, UnreadableItemError

log = logging.getLogger(__name__)
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""The due instant of a state that the next remind run is to look at."""
TRIES = 4
THERE, ALIVE, REMOVED = "attribute_exists(pk)", "attribute_not_exists(deleted_at)", "attribute_exists(deleted_at)"
UNMOVED = "ver = :ver"
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
        for _ in range(TRIES - 1):
            try:
                return self._register(instance)
            except (ConflictError, UnreadableItemError):
                continue  # another writer was first, or half of what it wrote was seen
        return self._register(instance)

    def _register(self, instance: Instance) -> None:
        pk = pk_of(instance.instance_id)
        found = {item["sk"]: item for item in self._table.get_many([(pk, CONFIG), (pk, STATE)])}
        config, state = found.get(CONFIG), found.get(STATE)
        spelled = config_item(instance, self._stack_zone)
        if config is None:
            new_config = put_new({"pk": pk, "sk": CONFIG, **spelled})
        else:
            new_config = update(pk, CONFIG, spelled, condition=THERE)
        self._table.write(self._state_write(instance, config, state), new_config)

    def _state_write(self, instance: Instance, config: Item | None, state: Item | None) -> Item:
        pk = pk_of(instance.instance_id)
        if state is None and config is not None:
            raise UnreadableItemError(f"The item {STATE} of {pk} is missing: restore it from a backup.")
        if state is None:
            first = state_item(InstanceState(instance_id=instance.instance_id, enabled=instance.enabled))
            return put_new({"pk": pk, "sk": STATE, "ver": 1, **first})
        try:
            known = state_of(state)
        except UNREADABLE as error:
            raise UnreadableItemError(f"The item {STATE} of {pk} cannot be read: restore it from a backup.") from error
        locked = {"ver": known.ver + 1}
        if known.deleted:
            revived = {**state_item(revival(known, enabled=instance.enabled)), "deleted_at": None}
            return update(pk, STATE, revived | locked, condition=f"{REMOVED} AND {UNMOVED}", values={":ver": known.ver})
        # Its zone may have changed, or it was paused: the next remind run decides anew when it is due.
        due = due_keys(instance.instance_id, AT_ONCE if instance.enabled else None)
        old, new = state_item(known), state_item(reached_anew(known, self._readable(config), instance))
        changes = {name: value for name, value in new.items() if value != old[name]} | due | locked
        return update(pk, STATE, changes, condition=f"{ALIVE} AND {UNMOVED}", values={":ver": known.ver})

    def set_enabled(self, instance: Instance, *, enabled: bool) -> None:
        pk = pk_of(instance.instance_id)
        due = due_keys(instance.instance_id, AT_ONCE if enabled else None)
        # Nothing else of it is written: how it is reached may be changed by somebody else at the same time.
        self._table.write(
            update(pk, STATE, {"enabled": enabled, **due}, condition=f"{THERE} AND {ALIVE}", add={"ver": 1}),
            update(pk, CONFIG, {"enabled": enabled}, condition=THERE),
        )

    def _readable(self, config: Item | None) -> Instance | None:
        try:
            return None if config is None else instance_of(config, self._stack_zone)
        except UNREADABLE:
            return None


def _quarantine(item: Item, error: Exception) -> None:
    log.error("an item of the fleet cannot be read", extra={"pk": item.get("pk"), "error": type(error).__name__})
