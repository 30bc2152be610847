"""What people read of days and instants."""

from datetime import UTC, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.pages.words import instant_text, near_text, weekday_text

INSTANT = datetime(2026, 11, 25, 23, 21, tzinfo=UTC)
TOLD = {
    "America/New_York": ("Nov 25, 2026, 18:21", "Wed Nov 25, 2026, 18:21", "Nov 25, 18:21"),
    "Europe/Berlin": ("Nov 26, 2026, 00:21", "Thu Nov 26, 2026, 00:21", "Nov 26, 00:21"),
    "Pacific/Kiritimati": ("Nov 26, 2026, 13:21", "Thu Nov 26, 2026, 13:21", "Nov 26, 13:21"),
}


@pytest.mark.parametrize("order", list(permutations(TOLD)), ids=" then ".join)
def test_one_instant_is_another_day_in_another_zone_whichever_is_told_first(order: tuple[str, ...]) -> None:
    for name in order:
        zone = ZoneInfo(name)
        texts = (instant_text(INSTANT, zone), weekday_text(INSTANT, zone), near_text(INSTANT, zone, INSTANT))
        assert texts == TOLD[name]
