"""How long a host asks us to wait."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 3600


def wait_of(text: str, now: datetime) -> int | None:
    """Read a Retry-After, in seconds or as a date, up to an hour; junk is ignored."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(math.ceil((at - now).total_seconds()), 0), LONGEST_WAIT)
