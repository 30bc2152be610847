"""The groups of the calendar page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from lapsewatch.adapters.pages.words import (
    WEEKDAYS,
    band_text,
    clocks_text,
    day_text,
    days_text,
    month_text,
)
from lapsewatch.domain.license import masked
from lapsewatch.domain.months import Calendar, Entry
from lapsewatch.domain.status import Band, StatusRow


@dataclass(frozen=True, slots=True)
class DateView:
    """One entry of the calendar; `on` is empty for an instance without a date."""

    href: str
    name: str
    fqdn: str
    customer: str
    key: str
    masked_key: str
    band: str
    band_text: str
    on: str
    day: str
    weekday: str
    clocks: str
    days: str


@dataclass(frozen=True, slots=True)
class Group:
    """One headed list of the calendar."""

    anchor: str
    title: str
    dates: tuple[DateView, ...]
    noun: str = "date"

    @property
    def count(self) -> int:
        return len(self.dates)


def groups(calendar: Calendar, now: datetime) -> tuple[Group, ...]:
    """Return the lists in reading order: passed, month by month, without a date; empty ones are left out."""
    months = (
        Group(f"{month.year}-{month.month:02}", month_text(month.year, month.month), _views(month.entries, now))
        for month in calendar.months
    )
    overdue = Group("overdue", "Overdue", _views(calendar.overdue, now))
    without = tuple(_view(row, row.band, days="No date") for row in calendar.undated)
    undated = Group("undated", "No date", without, noun="instance")
    return tuple(group for group in (overdue, *months, undated) if group.dates)


def _views(entries: Iterable[Entry], now: datetime) -> tuple[DateView, ...]:
    return tuple(
        _view(
            entry.row,
            entry.band,
            on=entry.expires_on.isoformat(),
            day=day_text(entry.expires_on),
            weekday=WEEKDAYS[entry.expires_on.weekday()],
            clocks=clocks_text(entry.clocks),
            days=days_text(entry.days_left, entry.expires_at, now),
        )
        for entry in entries
    )


def _view(
    row: StatusRow, band: Band, *, days: str, on: str = "", day: str = "", weekday: str = "", clocks: str = ""
) -> DateView:
    return DateView(
        # The id goes through percent-encoding because it is part of an address here.
        href=f"/#instance-{quote(row.instance_id.encode(errors='replace'), safe='')}",
        name=row.name or row.instance_id,
        fqdn=row.fqdn or "",
        customer=row.customer,
        key=row.license_key or "",
        masked_key=masked(row.license_key) if row.license_key else "",
        band=band.value,
        band_text=band_text(band),
        on=on,
        day=day,
        weekday=weekday,
        clocks=clocks,
        days=days,
    )
