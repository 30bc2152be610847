"""How instances and their states are spelled as items, and read back."""

from collections.abc import Mapping
from dataclasses import fields
from zoneinfo import ZoneInfo

from lapsewatch.adapters.dynamodb.series_items import alerts_of, series_item, series_of
from lapsewatch.adapters.dynamodb.streak_items import streaks_item, streaks_of
from lapsewatch.adapters.dynamodb.table import (
    FLEET_SHARDS,
    instant_of,
    maybe_instant,
    maybe_stamp,
    shard_of,
    stamp,
)
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Access, Instance, Tls, Trust
from lapsewatch.domain.license import License, Reason, Seats
from lapsewatch.domain.series import Series
from lapsewatch.domain.state import InstanceState

CONFIG = "CONFIG"
STATE = "STATE"
FACTS = ("key", "product_code", "version", "fqdn", "reseller", "active", "sim_calls")


def pk_of(instance_id: str) -> str:
    return f"INST#{instance_id}"


def id_of(pk: str) -> str:
    return pk.removeprefix("INST#")


def config_item(instance: Instance, stack_zone: ZoneInfo) -> Item:
    """Spell an instance. The stack's own zone is left out, so that changing the setting changes it here too."""
    return {
        "name": instance.name,
        "customer": instance.customer,
        "address": instance.address,
        "access": instance.access.value,
        "zone": None if instance.zone.key == stack_zone.key else instance.zone.key,
        "secret_name": instance.secret_name,
        "tls_trust": instance.tls.trust.value,
        "tls_value": instance.tls.value or None,
        "enabled": instance.enabled,
        "tags": sorted(instance.tags) or None,
        "fleet_shard": shard_of(instance.instance_id, FLEET_SHARDS),
    }


def instance_of(item: Item, stack_zone: ZoneInfo) -> Instance:
    """Read an instance; raises KeyError, ValueError or SettingsError for an item that is none."""
    return Instance(
        instance_id=id_of(item["pk"]),
        name=item["name"],
        customer=item["customer"],
        address=item["address"],
        access=Access(item["access"]),
        zone=zone_named(item["zone"]) if "zone" in item else stack_zone,
        secret_name=item["secret_name"],
        tls=Tls(Trust(item["tls_trust"]), item.get("tls_value", "")),
        enabled=bool(item["enabled"]),
        tags=frozenset(item.get("tags", ())),
    )


def state_item(state: InstanceState) -> Item:
    """Spell everything of a state but its lock and its keys; None removes the attribute."""
    return {
        "enabled": state.enabled,
        "obs_seq": state.obs_seq,
        "license": _license_item(state.license),
        "observed_at": maybe_stamp(state.observed_at),
        "perpetual": state.perpetual,
        "note": None,  # what notes were before they were told apart by clock
        "notes": dict(state.notes) or None,
        "reason": state.reason.value if state.reason else None,
        "fail_count": state.fail_count,
        "failing_since": maybe_stamp(state.failing_since),
        "tried_at": maybe_stamp(state.tried_at),
        "streaks": streaks_item(state.streaks) or None,
        "next_poll_at": maybe_stamp(state.next_poll_at),
        "way": state.way.value if state.way else None,
        "pin_ends_at": maybe_stamp(state.pin_ends_at),
        "refresh_at": maybe_stamp(state.refresh_at),
        "lease_until": maybe_stamp(state.lease_until),
        **{f"{clock}_series": series_item(state.series.get(clock)) for clock in Clock},
        **{f"{clock}_alerts": alerts_of(state.series.get(clock)) for clock in Clock},
        "left": {mark: stamp(at) for mark, at in state.left.items()} or None,
        "unsaid": {fact: stamp(since) for fact, since in state.unsaid.items()} or None,
        "changed": {fact: stamp(at) for fact, at in state.changed.items()} or None,
        **{f"{clock}_last_cycle": state.last_cycles.get(clock) for clock in Clock},
    }


def state_of(item: Item) -> InstanceState:
    """Read a state; raises KeyError, TypeError or ValueError for an item that is none."""
    series = {clock: series_of(clock, item) for clock in Clock if f"{clock}_series" in item}
    return InstanceState(
        instance_id=id_of(item["pk"]),
        enabled=bool(item["enabled"]),
        deleted="deleted_at" in item,
        ver=int(item["ver"]),
        obs_seq=int(item["obs_seq"]),
        license=_license_of(item, series),
        observed_at=maybe_instant(item, "observed_at"),
        perpetual=bool(item.get("perpetual")),
        notes=_notes_of(item),
        reason=_reason_of(item),
        fail_count=int(item.get("fail_count", 0)),
        failing_since=maybe_instant(item, "failing_since"),
        tried_at=maybe_instant(item, "tried_at"),
        streaks=streaks_of(item.get("streaks", ())),
        next_poll_at=maybe_instant(item, "next_poll_at"),
        way=Access(item["way"]) if "way" in item else None,
        pin_ends_at=maybe_instant(item, "pin_ends_at"),
        refresh_at=maybe_instant(item, "refresh_at"),
        lease_until=maybe_instant(item, "lease_until"),
        series=series,
        left={mark: instant_of(at) for mark, at in item.get("left", {}).items()},
        unsaid={fact: instant_of(since) for fact, since in item.get("unsaid", {}).items()},
        changed={fact: instant_of(at) for fact, at in item.get("changed", {}).items()},
        last_cycles={c: int(item[f"{c}_last_cycle"]) for c in Clock if f"{c}_last_cycle" in item},
    )


def _reason_of(item: Item) -> Reason | None:
    """Read why a read failed. After a roll back, a later version's word says no more than that it did."""
    if "reason" not in item:
        return None
    return Reason(item["reason"]) if item["reason"] in set(Reason) else Reason.BAD_ANSWER


def _notes_of(item: Item) -> dict[Clock, str]:
    if "note" in item:
        parts = item["note"].split("; ")
        return {Clock.MAINTENANCE if "maintenance date" in part else Clock.LICENSE: part for part in parts}
    return {Clock(clock): note for clock, note in item.get("notes", {}).items()}


def _license_item(license: License | None) -> Item | None:
    if license is None:
        return None
    seats = {field.name: getattr(license.seats, field.name) for field in fields(Seats)}
    facts = {name: getattr(license, name) for name in FACTS} | seats
    return {name: value for name, value in facts.items() if value is not None}


def _license_of(item: Item, series: Mapping[Clock, Series]) -> License | None:
    if "license" not in item:
        return None
    facts = item["license"]
    dates = {clock: known.expires_at for clock, known in series.items()}
    return License(
        **{name: facts.get(name) for name in FACTS},
        seats=Seats(**{field.name: facts.get(field.name) for field in fields(Seats)}),
        expires_at=dates.get(Clock.LICENSE),
        maintenance_expires_at=dates.get(Clock.MAINTENANCE),
    )
