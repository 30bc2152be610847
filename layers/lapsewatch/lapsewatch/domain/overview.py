"""From stored states to the fleet as it is shown."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.domain.bands import band_of
from lapsewatch.domain.changes import recent
from lapsewatch.domain.clocks import Clock, driving
from lapsewatch.domain.days import days_left, local_date
from lapsewatch.domain.editions import edition_label
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.license import REMEDIES, License, Seats
from lapsewatch.domain.links import renew_link
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.series import Series, crossing
from lapsewatch.domain.silence import in_words
from lapsewatch.domain.state import InstanceState, next_due_at
from lapsewatch.domain.status import Band, FleetStatus, Freshness, StatusRow
from lapsewatch.domain.streaks import UNUSABLE_DATE

STALE_AFTER = timedelta(hours=24)
NOTE_REMEDY = "The last date that was read is kept; compare it with the PBX's own console."


@dataclass(frozen=True, slots=True)
class Watched:
    """An instance together with what is remembered about it."""

    instance: Instance
    state: InstanceState


def fleet_status(
    fleet: Iterable[Watched], now: datetime, zone: ZoneInfo, rules: ReminderRules, renew_template: str
) -> FleetStatus:
    """Return the whole fleet as shown: soonest first, most overdue on top, rows without a date last."""
    rows = sorted((status_row(watched, now, rules, renew_template) for watched in fleet), key=_soonest_first)
    counted = Counter(row.band for row in rows)
    return FleetStatus(
        generated_at=now,
        zone=zone.key,
        ladders={clock: ladder.days for clock, ladder in rules.ladders.items()},
        counters={band: counted[band] for band in Band},
        rows=tuple(rows),
    )


def status_row(watched: Watched, now: datetime, rules: ReminderRules, renew_template: str) -> StatusRow:
    """Return one instance as shown."""
    instance, state = watched.instance, watched.state
    facts = state.license or License()
    zone = instance.zone
    clock, expires_at = driving_clock(state)
    acknowledged = state.series.get(clock) if clock else None
    maintenance = state.series.get(Clock.MAINTENANCE)
    return StatusRow(
        instance_id=instance.instance_id,
        name=instance.name,
        customer=instance.customer,
        fqdn=facts.fqdn,
        edition=edition_label(facts.product_code, perpetual=state.perpetual),
        product_code=facts.product_code,
        license_key=facts.key,
        version=facts.version,
        perpetual=state.perpetual,
        band=band_of(expires_at, active=facts.active, now=now, zone=zone),
        clock=clock,
        expires_at=facts.expires_at,
        expires_on=_day(facts.expires_at, zone),
        days_left=_left(facts.expires_at, now, zone),
        maintenance_expires_at=facts.maintenance_expires_at,
        maintenance_expires_on=_day(facts.maintenance_expires_at, zone),
        maintenance_days_left=_left(facts.maintenance_expires_at, now, zone),
        sim_calls=facts.sim_calls,
        seats=facts.seats if state.license else Seats(),
        reseller=facts.reseller,
        freshness=freshness_of(state, now),
        last_read_at=state.observed_at,
        reason=state.reason or (UNUSABLE_DATE if state.note else None),
        remedy=REMEDIES[state.reason] if state.reason else (NOTE_REMEDY if state.note else None),
        renew_url=renew_link(renew_template, facts.key),
        next_reminder_at=next_due_at(state, rules, now, zone) if state.enabled else None,
        acknowledged_until=_acknowledged_until(acknowledged, rules, now, zone),
        acknowledged=_acknowledged_by(acknowledged),
        maintenance_acknowledged_until=_acknowledged_until(maintenance, rules, now, zone),
        maintenance_acknowledged=_acknowledged_by(maintenance),
        zone=zone.key,
        failing_since=state.failing_since,
        changed=recent(state.changed, now),
        note=_note(state, now, zone),
    )


def driving_clock(state: InstanceState) -> tuple[Clock | None, datetime | None]:
    """Return the clock whose date decides the band, and that date."""
    facts = state.license
    if facts is None:
        return None, None
    clock = driving(facts.expires_at, facts.maintenance_expires_at, perpetual=state.perpetual)
    return clock, facts.maintenance_expires_at if clock is Clock.MAINTENANCE else facts.expires_at


def freshness_of(state: InstanceState, now: datetime) -> Freshness:
    """Return how far the facts can be trusted to be current."""
    if not state.enabled:
        return Freshness.PAUSED
    if state.reason is not None:
        return Freshness.FAILING
    if state.observed_at is None:
        return Freshness.NEVER_READ
    return Freshness.STALE if now - state.observed_at > STALE_AFTER else Freshness.FRESH


def _note(state: InstanceState, now: datetime, zone: ZoneInfo) -> str | None:
    remarks = [state.note, *in_words(state.unsaid, now, zone)]
    return "; ".join(remark for remark in remarks if remark) or None


def _acknowledged_until(series: Series | None, rules: ReminderRules, now: datetime, zone: ZoneInfo) -> datetime | None:
    if series is None or series.acknowledged is None:
        return None
    last = crossing(series, rules.ladders[series.clock].tightest, zone, rules.hour)
    until = min(series.acknowledged.ends_at(zone, rules.hour), last)
    return until if until > now else None


def _acknowledged_by(series: Series | None) -> str | None:
    if series is None or series.acknowledged is None:
        return None
    return f"{series.acknowledged.by}: {series.acknowledged.reason}"


def _soonest_first(row: StatusRow) -> tuple[bool, float, str, str]:
    at = row.clock_expires_at
    return (at is None, at.timestamp() if at else 0.0, row.name.casefold(), row.instance_id)


def _day(instant: datetime | None, zone: ZoneInfo) -> date | None:
    return None if instant is None else local_date(instant, zone)


def _left(instant: datetime | None, now: datetime, zone: ZoneInfo) -> int | None:
    return None if instant is None else days_left(instant, now, zone)
