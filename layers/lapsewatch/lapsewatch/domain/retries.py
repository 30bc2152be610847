"""When a PBX that could not be read may be visited again. Pure: no clock, no I/O."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lapsewatch.domain.license import ABOUT_CREDENTIALS, FailedRead, Reason
from lapsewatch.domain.streaks import Streak, since_good

PATIENCE_WITH_CREDENTIALS = 3
"""Refused sign-ins since the last good read after which a PBX is tried only daily: 3CX blocks addresses."""
DAILY = timedelta(days=1)
UPGRADE = timedelta(minutes=5)
"""About how long a PBX that is being upgraded needs, if it does not say."""


def not_before(failed: FailedRead, streaks: Iterable[Streak]) -> datetime | None:
    """Return until when to leave a PBX alone; None is until the next poll. `streaks` know of this failure already."""
    # A sign-in that was refused before a time-out is not forgotten by it: the PBX has counted it too.
    refused = failed.reason in ABOUT_CREDENTIALS and since_good(streaks, ABOUT_CREDENTIALS)
    if refused >= PATIENCE_WITH_CREDENTIALS:
        return failed.failed_at + DAILY
    if failed.retry_after is not None:
        return failed.failed_at + timedelta(seconds=failed.retry_after)
    return failed.failed_at + UPGRADE if failed.reason is Reason.UPGRADING else None
