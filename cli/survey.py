"""The whole fleet as it is stored, with what of it cannot be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lapsewatch.adapters.dynamodb.fleet_store import UNREADABLE
from lapsewatch.adapters.dynamodb.items import CONFIG, STATE, id_of, instance_of, pk_of, state_of
from lapsewatch.adapters.dynamodb.table import DUE_INDEX, DUE_SHARDS, FLEET_INDEX, FLEET_SHARDS, Table
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import InstanceState
from lapsewatch.errors import UnreadableItemError

REMEDIES = {
    CONFIG: "Add it again with `lapsewatch instance add` and the same id: what is remembered of it stays.",
    STATE: "Restore that item from a backup; if there is none, delete its other item and add it under another id.",
}
"""What mends each item. A state is not made anew: its first cycle would meet notices that were sent long ago."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An instance that nobody reads or reminds of, because an item of it is missing or is none."""

    instance_id: str
    item: str
    why: str

    @property
    def text(self) -> str:
        return f"It is neither read nor reminded of: its item {self.item} {self.why}."

    @property
    def remedy(self) -> str:
        return REMEDIES[self.item]


@dataclass(frozen=True, slots=True)
class Survey:
    """What is there."""

    fleet: Mapping[str, Watched]
    unreadable: tuple[Unreadable, ...] = ()

    def require_readable(self) -> None:
        """Raise UnreadableItemError that names what cannot be read, with the remedy."""
        if self.unreadable:
            raise UnreadableItemError(
                "\n".join(f"{one.instance_id}: {one.text} {one.remedy}" for one in self.unreadable)
            )


def survey(table: Table, stack_zone: ZoneInfo) -> Survey:
    """Read every instance that is not removed."""
    pks = sorted(set(_pks(table)))
    items = {
        (item["pk"], item["sk"]): item for item in table.get_many([(pk, sk) for pk in pks for sk in (CONFIG, STATE)])
    }
    fleet: dict[str, Watched] = {}
    unreadable = []
    for pk in pks:
        config, state = items.get((pk, CONFIG)), items.get((pk, STATE))
        if (config is None and state is None) or (state is not None and "deleted_at" in state):
            continue
        halves = _instance(pk, config, stack_zone), _state(pk, state)
        match halves:
            case Instance() as instance, InstanceState() as remembered:
                fleet[id_of(pk)] = Watched(instance, remembered)
            case _:
                unreadable += [half for half in halves if isinstance(half, Unreadable)]
    return Survey(fleet, tuple(unreadable))


def _pks(table: Table) -> Iterator[str]:
    """Yield whose CONFIG is listed, and whose STATE is: each may have lost the other."""
    for shard in range(FLEET_SHARDS):
        yield from (item["pk"] for item in table.query("fleet_shard = :s", {":s": f"{shard:02d}"}, FLEET_INDEX))
    for shard in range(DUE_SHARDS):
        found = table.query("due_shard = :s", {":s": f"{shard:02d}"}, DUE_INDEX)
        yield from (item["pk"] for item in found if item["sk"] == STATE and item["pk"].startswith(pk_of("")))


def _instance(pk: str, item: Item | None, stack_zone: ZoneInfo) -> Instance | Unreadable:
    try:
        return Unreadable(id_of(pk), CONFIG, "is missing") if item is None else instance_of(item, stack_zone)
    except UNREADABLE as error:
        return Unreadable(id_of(pk), CONFIG, f"cannot be read ({type(error).__name__})")


def _state(pk: str, item: Item | None) -> InstanceState | Unreadable:
    try:
        return Unreadable(id_of(pk), STATE, "is missing") if item is None else state_of(item)
    except UNREADABLE as error:
        return Unreadable(id_of(pk), STATE, f"cannot be read ({type(error).__name__})")
