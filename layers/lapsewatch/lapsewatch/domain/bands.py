"""The band of a license: the one function that counters, row colors, calendar and JSON share."""

from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.domain.days import days_left
from lapsewatch.domain.status import Band

CRITICAL_DAYS = 14
WARNING_DAYS = 60


def band_of(expires_at: datetime | None, *, active: bool | None, now: datetime, zone: ZoneInfo) -> Band:
    """Return the band of the clock that counts; `expires_at` is None when no clock runs.

    Expired is decided by the instant (or by the PBX saying so), the other bands by calendar days.
    """
    if active is False:
        return Band.EXPIRED
    if expires_at is None:
        return Band.UNKNOWN
    if now >= expires_at:
        return Band.EXPIRED
    left = days_left(expires_at, now, zone)
    if left <= CRITICAL_DAYS:
        return Band.CRITICAL
    return Band.WARNING if left <= WARNING_DAYS else Band.ACTIVE
