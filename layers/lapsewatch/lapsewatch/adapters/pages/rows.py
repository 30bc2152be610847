"""One row of the status page: every word worked out and escaped, so that the template only places them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages.changed import ChangedView, changed_views
from lapsewatch.adapters.pages.engine import escaped
from lapsewatch.adapters.pages.seats import SeatsView, seats_view
from lapsewatch.adapters.pages.words import (
    band_text,
    day_text,
    days_text,
    inactive_early,
    iso,
    near_text,
    on_text,
)
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.license import masked, title_of
from lapsewatch.domain.status import Band, FleetStatus, Freshness, StatusRow

BAND_ORDER = {band: str(number) for number, band in enumerate(Band)}


class RowView(NamedTuple):
    """One instance as the template places it. Texts only; an empty one is left out."""

    instance_id: str
    name: str
    fqdn: str
    customer: str
    customer_href: str
    edition: str
    build: str
    """Product code and version."""
    reseller: str
    key: str
    masked_key: str
    band: str
    band_text: str
    band_order: str
    freshness: str
    trust: str
    """How far to trust the row, in words; empty when it is fresh."""
    inactive: str
    last_read: str
    note: str
    acknowledged: str
    remedy: str
    clock: str
    perpetual: str
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
    reminder: str
    reminder_at: str
    renew_url: str
    paused: str


def row_views(
    rows: Sequence[StatusRow], status: FleetStatus, customers: Mapping[str, str]
) -> Iterator[tuple[RowView, SeatsView, tuple[ChangedView, ...]]]:
    """Yield the words of each row, escaped; `customers` tells where a customer's name leads.

    What changed lately is not escaped: hardly any row has it, and its template does that.
    """
    views = escaped(RowView._make, (row_view(row, status, customers[row.customer]) for row in rows))
    for row, words in zip(rows, views, strict=True):
        yield words, seats_view(row.seats), changed_views(row.changed, zone_named(row.zone))


def row_view(row: StatusRow, status: FleetStatus, customer_href: str = "") -> RowView:
    """Return the words of one row as they are, for a template that escapes them."""
    now, zone = status.generated_at, zone_named(row.zone)
    expires_at = row.clock_expires_at
    license_day, maintenance_day = row.expires_on, row.maintenance_expires_on
    failing = row.freshness in {Freshness.FAILING, Freshness.PAUSED}
    return RowView(
        instance_id=row.instance_id,
        name=row.name or row.instance_id,
        fqdn=row.fqdn or "",
        customer=row.customer,
        customer_href=customer_href,
        edition=row.edition or "Edition unknown",
        build=" \u00b7 ".join(filter(None, (row.product_code, _version(row.version)))),
        reseller=row.reseller or "",
        key=row.license_key or "",
        masked_key=masked(row.license_key) if row.license_key else "",
        band=row.band,
        band_text=band_text(row.band),
        band_order=BAND_ORDER[row.band],
        freshness=row.freshness,
        trust="" if row.freshness is Freshness.FRESH else _trust(row, now, zone),
        inactive="The PBX says its license is inactive." if inactive_early(row, now) else "",
        last_read=_last_read(row.last_read_at, now, zone) if failing else "",
        note=row.note or "",
        acknowledged=_acknowledged(row, now, zone)
        if row.acknowledged_until or row.maintenance_acknowledged_until
        else "",
        remedy=row.remedy or "",
        clock=row.clock or "",
        perpetual="perpetual" if row.perpetual else "",
        license_day=day_text(license_day) if license_day else "",
        license_on=on_text(license_day) if license_day else "",
        maintenance_day=day_text(maintenance_day) if maintenance_day else "",
        maintenance_on=on_text(maintenance_day) if maintenance_day else "",
        maintenance_left=_maintenance_left(row, now) if maintenance_day else "",
        zone="" if row.zone == status.zone else row.zone,
        days=days_text(row.clock_days_left, expires_at, now),
        order=str(int(expires_at.timestamp())) if expires_at else "",
        sim_calls="" if row.sim_calls is None else str(row.sim_calls),
        reminder=near_text(row.next_reminder_at, zone, now) if row.next_reminder_at else "",
        reminder_at=iso(row.next_reminder_at) if row.next_reminder_at else "",
        # Whatever was configured, nothing but an https address becomes a link.
        renew_url=row.renew_url if row.renew_url and row.renew_url.lower().startswith("https://") else "",
        paused="paused" if row.freshness is Freshness.PAUSED else "",
    )


def _version(version: str | None) -> str:
    return f"v{version}" if version and version[0].isdigit() else version or ""


def _trust(row: StatusRow, now: datetime, zone: ZoneInfo) -> str:
    match row.freshness:
        case Freshness.STALE:
            return f"Stale since {near_text(row.last_read_at, zone, now) if row.last_read_at else 'an unknown time'}"
        case Freshness.FAILING:
            since = f" since {near_text(row.failing_since, zone, now)}" if row.failing_since else ""
            return f"Failing{since}: {title_of(row.reason)}"
        case Freshness.NEVER_READ:
            return "Never read"
        case Freshness.PAUSED:
            return "Paused"
    return ""


def _last_read(last_read_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    return f"Last read {near_text(last_read_at, zone, now)}." if last_read_at else "Never read so far."


def _acknowledged(row: StatusRow, now: datetime, zone: ZoneInfo) -> str:
    """Say who took note until when: of the clock that drives the band, and of maintenance beside it."""
    taken = [("Acknowledged", row.acknowledged_until, row.acknowledged)]
    if row.clock is not Clock.MAINTENANCE:
        taken.append(("Maintenance acknowledged", row.maintenance_acknowledged_until, row.maintenance_acknowledged))
    return "; ".join(
        f"{what} until {near_text(until, zone, now)}" + (f" by {who}" if who else "")
        for what, until, who in taken
        if until and until > now
    )


def _maintenance_left(row: StatusRow, now: datetime) -> str:
    """Return the days of a maintenance clock that runs beside the license's; else it is the row's own."""
    if row.clock is Clock.MAINTENANCE:
        return ""
    return days_text(row.maintenance_days_left, row.maintenance_expires_at, now)
