"""Calendar days in the tenant's zone: the only place where an instant becomes a day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.errors import SettingsError

NOT_PLACES = frozenset({"localtime", "posixrules", "Factory"})
"""Names that the database may hold but that are no place's calendar."""


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of an IANA name such as `America/New_York`; raise SettingsError for anything else.

    There is no fall-back to UTC: a wrong calendar would send reminders on the wrong day without a word.
    """
    wrong = SettingsError(
        f"{name[:64]!r} is not a time zone: use an IANA name such as 'America/New_York', 'Europe/Berlin' or 'UTC'."
    )
    if name in NOT_PLACES:
        raise wrong
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise wrong from None


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day on which `instant` (UTC-aware) falls in `zone`.

    An instant at exactly midnight UTC is converted like any other: west of Greenwich that is the day before,
    which is when the license really stops there, so that a reminder may be early but never late.
    """
    return instant.astimezone(zone).date()


def days_left(expires_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Return whole calendar days from today to the day of expiry in `zone`; negative when overdue."""
    return (local_date(expires_at, zone) - local_date(now, zone)).days


def at_hour(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of `hour` o'clock on `day` in `zone`; a skipped hour counts as if it existed."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def days_before(day: date, days: int) -> date:
    """Return the calendar day `days` before `day`."""
    return day - timedelta(days=days)
