"""The fleet as a calendar: what runs out in which month, by each tenant's own calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from lapsewatch.domain.bands import band_of
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.status import Band, FleetStatus, StatusRow

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One date of one instance. `clocks` are both when license and maintenance end on the same day."""

    row: StatusRow
    clocks: tuple[Clock, ...]
    expires_on: date
    expires_at: datetime
    days_left: int
    band: Band


@dataclass(frozen=True, slots=True)
class Month:
    """The dates that fall in one calendar month, by day."""

    year: int
    month: int
    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        return len(self.entries)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every date of the fleet once: passed, to come by month, and the instances without any."""

    overdue: tuple[Entry, ...]
    """Longest overdue first."""
    months: tuple[Month, ...]
    """In order of time; months without a date are left out."""
    undated: tuple[StatusRow, ...]


@dataclass(frozen=True, slots=True)
class MonthCount:
    """How many licenses and how much maintenance end in one month."""

    year: int
    month: int
    license: int
    maintenance: int


def calendar_of(status: FleetStatus) -> Calendar:
    """Return the fleet grouped by the local month in which each running clock ends."""
    entries = sorted((entry for row in status.rows for entry in _entries(row, status.generated_at)), key=_by_day)
    coming = [entry for entry in entries if entry.expires_at > status.generated_at]
    dated = {entry.row.instance_id for entry in entries}
    return Calendar(
        overdue=tuple(entry for entry in entries if entry.expires_at <= status.generated_at),
        months=tuple(Month(*month, tuple(days)) for month, days in groupby(coming, key=_month_of)),
        undated=tuple(row for row in status.rows if row.instance_id not in dated),
    )


def months_ahead(calendar: Calendar, today: date, months: int = MONTHS_A_YEAR) -> tuple[MonthCount, ...]:
    """Return the counts of `months` months, beginning with today's; a shared date counts as the license's."""
    known = {(month.year, month.month): month.entries for month in calendar.months}
    counts = []
    for number in range(today.month - 1, today.month - 1 + months):
        year, month = today.year + number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1
        entries = known.get((year, month), ())
        licenses = sum(Clock.LICENSE in entry.clocks for entry in entries)
        counts.append(MonthCount(year, month, licenses, len(entries) - licenses))
    return tuple(counts)


def _entries(row: StatusRow, now: datetime) -> Iterator[Entry]:
    shared = not row.perpetual and row.expires_on is not None and row.expires_on == row.maintenance_expires_on
    if not row.perpetual and row.expires_at and row.expires_on and row.days_left is not None:
        # A license with a date drives its row.
        clocks = (Clock.LICENSE, Clock.MAINTENANCE) if shared else (Clock.LICENSE,)
        yield Entry(row, clocks, row.expires_on, row.expires_at, row.days_left, row.band)
    ends_at, ends_on, left = row.maintenance_expires_at, row.maintenance_expires_on, row.maintenance_days_left
    if not shared and ends_at and ends_on and left is not None:
        yield Entry(row, (Clock.MAINTENANCE,), ends_on, ends_at, left, _maintenance_band(row, now))


def _maintenance_band(row: StatusRow, now: datetime) -> Band:
    # The clock that drives the row wears the row's band, so that page and calendar never disagree.
    if row.clock is Clock.MAINTENANCE:
        return row.band
    return band_of(row.maintenance_expires_at, active=None, now=now, zone=zone_named(row.zone))


def _by_day(entry: Entry) -> tuple[date, datetime, str, str]:
    return (entry.expires_on, entry.expires_at, entry.row.name.casefold(), entry.row.instance_id)


def _month_of(entry: Entry) -> tuple[int, int]:
    return (entry.expires_on.year, entry.expires_on.month)
