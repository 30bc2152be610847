"""The words and numbers that people read on the pages."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from lapsewatch.domain.bands import CRITICAL_DAYS, WARNING_DAYS
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.concerns import LATE, Concern
from lapsewatch.domain.status import Band, StatusRow

# Not strftime: the names must not follow the machine's locale.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BANDS = {
    Band.EXPIRED: "past its date, or inactive",
    Band.CRITICAL: f"{CRITICAL_DAYS} days or less",
    Band.WARNING: f"{WARNING_DAYS} days or less",
    Band.ACTIVE: f"more than {WARNING_DAYS} days",
    Band.UNKNOWN: "no date on record",
}
BAND_TEXT = {band: band.value.capitalize() for band in Band}
DAYS_KEPT = 4096
"""How many texts are remembered: the rows of a fleet share their days."""
HALF_A_YEAR = 182
"""Days within which a date needs no year to be understood."""


@lru_cache(DAYS_KEPT)
def day_text(day: date) -> str:
    """Return `Jun 12, 2026`."""
    return f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


@lru_cache(DAYS_KEPT)
def on_text(day: date) -> str:
    """Return a day as programs read it."""
    return day.isoformat()


def month_text(year: int, month: int) -> str:
    """Return `June 2026`."""
    return f"{MONTHS[month - 1]} {year}"


def instant_text(instant: datetime, zone: ZoneInfo) -> str:
    """Return `Jun 12, 2026, 08:00` as the clocks in `zone` show it."""
    local = instant.astimezone(zone)
    # The day alone: two zones' texts of one instant would be taken for the same, as the instants are equal.
    return f"{day_text(local.date())}, {local.hour:02}:{local.minute:02}"


def weekday_text(instant: datetime, zone: ZoneInfo) -> str:
    """Return `Fri Jun 12, 2026, 08:00` as the clocks in `zone` show it."""
    return f"{WEEKDAYS[instant.astimezone(zone).weekday()]} {instant_text(instant, zone)}"


@lru_cache(DAYS_KEPT)
def near_text(instant: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return an instant without this year's number if it is not far: `Jun 12, 08:00`."""
    text = instant_text(instant, zone)
    return text.replace(f", {now.year},", ",", 1) if abs((instant - now).days) < HALF_A_YEAR else text


def iso(instant: datetime) -> str:
    """Return an instant as programs read it, in UTC with a Z."""
    return instant.isoformat().replace("+00:00", "Z")


def days_text(days_left: int | None, expires_at: datetime | None, now: datetime) -> str:
    """Return the true days left; never a negative number, and 0 tells whether the hour has passed."""
    if days_left is None or expires_at is None:
        return "No date"
    if days_left < 0:
        return f"{-days_left}d overdue"
    if days_left == 0:
        return "Expired today" if expires_at <= now else "Expires today"
    return f"{days_left}d"


def count_of_days(days: int) -> str:
    """Return `1 day` or `1,200 days`."""
    return f"{days:,} day{'s' if days != 1 else ''}"


def band_text(band: Band) -> str:
    """Return a band as people read it."""
    return BAND_TEXT[band]


def clocks_text(clocks: tuple[Clock, ...]) -> str:
    """Return what runs out."""
    return " and ".join(clock.value for clock in clocks).capitalize()


def inactive_early(row: StatusRow, now: datetime) -> bool:
    """Return whether the row is expired only because the PBX calls its license inactive."""
    return row.band is Band.EXPIRED and (row.clock_expires_at is None or row.clock_expires_at > now)


def concern_text(concern: Concern, zone: ZoneInfo) -> str:
    """Return what is wrong with the watch as a sentence; a late job says since when."""
    if concern.name not in LATE:
        return concern.text
    if concern.since is None:
        return f"{concern.text} yet."
    return f"{concern.text}: the last run ended {instant_text(concern.since, zone)}."
