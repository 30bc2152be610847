"""One row of the status page: every word worked out, so that the template only places them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages.changed import ChangedView, changed_views
from lapsewatch.adapters.pages.seats import SeatsView, seats_view
from lapsewatch.adapters.pages.words import (
    band_text,
    day_text,
    days_text,
    inactive_early,
    iso,
    near_text,
)
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.license import masked
from lapsewatch.domain.status import Band, FleetStatus, Freshness, StatusRow

BAND_ORDER = {band: number for number, band in enumerate(Band)}


@dataclass(frozen=True, slots=True)
class RowView:
    """One instance as the template places it; an empty text is left out."""

    instance_id: str
    name: str
    fqdn: str
    customer: str
    customer_query: str
    edition: str
    build: str
    """Product code and version."""
    key: str
    masked_key: str
    band: str
    band_text: str
    band_order: int
    freshness: str
    trust: str
    """How far to trust the row, in words; empty when it is fresh."""
    remedy: str
    remarks: tuple[str, ...]
    changed: tuple[ChangedView, ...]
    clock: str
    perpetual: bool
    license_day: str
    license_on: str
    maintenance_day: str
    maintenance_on: str
    maintenance_left: str
    zone: str
    """Empty when it is the fleet's own zone."""
    days: str
    order: str
    """The instant that counts, as a number to sort by."""
    sim_calls: str
    seats: SeatsView
    reminder: str
    reminder_at: str
    renew_url: str
    paused: bool


def row_view(row: StatusRow, status: FleetStatus) -> RowView:
    """Return the words of one row."""
    now, zone = status.generated_at, _zone(row.zone)
    expires_at = row.clock_expires_at
    return RowView(
        instance_id=row.instance_id,
        name=row.name or row.instance_id,
        fqdn=row.fqdn or "",
        customer=row.customer,
        customer_query=quote(row.customer.encode(errors="replace"), safe=""),
        edition=row.edition or "Edition unknown",
        build=" \u00b7 ".join(part for part in (row.product_code, _version(row.version)) if part),
        key=row.license_key or "",
        masked_key=masked(row.license_key) if row.license_key else "",
        band=row.band.value,
        band_text=band_text(row.band),
        band_order=BAND_ORDER[row.band],
        freshness=row.freshness.value,
        trust=_trust(row, now, zone),
        remedy=row.remedy or "",
        remarks=tuple(_remarks(row, now, zone)),
        changed=changed_views(row.changed, zone),
        clock=row.clock.value if row.clock else "",
        perpetual=row.perpetual,
        license_day=day_text(row.expires_on) if row.expires_on else "",
        license_on=row.expires_on.isoformat() if row.expires_on else "",
        maintenance_day=day_text(row.maintenance_expires_on) if row.maintenance_expires_on else "",
        maintenance_on=row.maintenance_expires_on.isoformat() if row.maintenance_expires_on else "",
        maintenance_left=_maintenance_left(row, now),
        zone="" if row.zone == status.zone else row.zone,
        days=days_text(row.clock_days_left, expires_at, now),
        order=str(int(expires_at.timestamp())) if expires_at else "",
        sim_calls="" if row.sim_calls is None else str(row.sim_calls),
        seats=seats_view(row.seats),
        reminder=near_text(row.next_reminder_at, zone, now) if row.next_reminder_at else "",
        reminder_at=iso(row.next_reminder_at) if row.next_reminder_at else "",
        # Whatever was configured, nothing but an https address becomes a link.
        renew_url=row.renew_url if row.renew_url and row.renew_url.lower().startswith("https://") else "",
        paused=row.freshness is Freshness.PAUSED,
    )


@cache
def _zone(name: str) -> ZoneInfo:
    return zone_named(name)


def _version(version: str | None) -> str:
    return f"v{version}" if version and version[0].isdigit() else version or ""


def _trust(row: StatusRow, now: datetime, zone: ZoneInfo) -> str:
    match row.freshness:
        case Freshness.FRESH:
            return ""
        case Freshness.STALE:
            return f"Stale since {near_text(row.last_read_at, zone, now) if row.last_read_at else 'an unknown time'}"
        case Freshness.FAILING:
            since = f" since {near_text(row.failing_since, zone, now)}" if row.failing_since else ""
            return f"Failing{since}: {(row.reason or 'unknown reason').replace('_', ' ')}"
        case Freshness.NEVER_READ:
            return "Never read"
        case Freshness.PAUSED:
            return "Paused"


def _remarks(row: StatusRow, now: datetime, zone: ZoneInfo) -> list[str]:
    remarks = []
    if inactive_early(row, now):
        remarks.append("The PBX says its license is inactive.")
    if row.freshness in {Freshness.FAILING, Freshness.PAUSED}:
        last = f"Last read {near_text(row.last_read_at, zone, now)}." if row.last_read_at else "Never read so far."
        remarks.append(last)
    if row.note:
        remarks.append(row.note)
    taken = [("Acknowledged", row.acknowledged_until, row.acknowledged)]
    if row.clock is not Clock.MAINTENANCE:
        taken.append(("Maintenance acknowledged", row.maintenance_acknowledged_until, row.maintenance_acknowledged))
    for what, until, who in taken:
        if until and until > now:
            remarks.append(f"{what} until {near_text(until, zone, now)}" + (f" by {who}" if who else ""))
    return remarks


def _maintenance_left(row: StatusRow, now: datetime) -> str:
    """Return the days of a maintenance clock that runs beside the license's; else it is the row's own."""
    if row.clock is Clock.MAINTENANCE or row.maintenance_days_left is None:
        return ""
    return days_text(row.maintenance_days_left, row.maintenance_expires_at, now)
