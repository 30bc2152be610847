"""The groups of the calendar page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from lapsewatch.adapters.pages.addresses import row_anchor
from lapsewatch.adapters.pages.engine import escaped
from lapsewatch.adapters.pages.words import (
    WEEKDAYS,
    band_text,
    clocks_text,
    day_text,
    days_text,
    month_text,
    on_text,
)
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.license import masked
from lapsewatch.domain.months import Calendar, Entry
from lapsewatch.domain.status import Band, StatusRow


class DateView(NamedTuple):
    """One entry of the calendar as the template places it; `on` is empty for an instance without a date."""

    href: str
    name: str
    fqdn: str
    customer: str
    masked_key: str
    band: str
    band_text: str
    on: str
    day: str
    weekday: str
    clock: str
    """The clock whose bar counts the entry: the license's, if both end on that day."""
    clocks: str
    days: str


@dataclass(frozen=True, slots=True)
class Group:
    """One headed list of the calendar."""

    anchor: str
    title: str
    count: int
    noun: str
    dates: Iterable[DateView]
    """To be gone through once; each is escaped."""


def groups(calendar: Calendar, now: datetime, pages: Mapping[str, str]) -> Iterator[Group]:
    """Yield the lists in reading order: passed, month by month, without a date; empty ones are left out.

    `pages` holds the address of the page that a customer's rows are on.
    """
    if calendar.overdue:
        yield Group("overdue", "Overdue", len(calendar.overdue), "date", _escaped(_dated(calendar.overdue, now, pages)))
    for month in calendar.months:
        anchor, title = f"{month.year}-{month.month:02}", month_text(month.year, month.month)
        yield Group(anchor, title, month.count, "date", _escaped(_dated(month.entries, now, pages)))
    if calendar.undated:
        views = (_view(row, row.band, pages[row.customer], "No date") for row in calendar.undated)
        yield Group("undated", "No date", len(calendar.undated), "instance", _escaped(views))


def _escaped(views: Iterable[DateView]) -> Iterator[DateView]:
    return escaped(DateView._make, views)


def _dated(entries: Iterable[Entry], now: datetime, pages: Mapping[str, str]) -> Iterator[DateView]:
    for entry in entries:
        days = days_text(entry.days_left, entry.expires_at, now)
        yield _view(entry.row, entry.band, pages[entry.row.customer], days, entry.expires_on, entry.clocks)


def _view(
    row: StatusRow, band: Band, page: str, days: str, day: date | None = None, clocks: tuple[Clock, ...] = ()
) -> DateView:
    return DateView(
        href=f"{page}{row_anchor(row.instance_id)}",
        name=row.name or row.instance_id,
        fqdn=row.fqdn or "",
        customer=row.customer,
        masked_key=masked(row.license_key) if row.license_key else "",
        band=band,
        band_text=band_text(band),
        on=on_text(day) if day else "",
        day=day_text(day) if day else "",
        weekday=WEEKDAYS[day.weekday()] if day else "",
        clock=clocks[0] if clocks else "",
        clocks=clocks_text(clocks),
        days=days,
    )
