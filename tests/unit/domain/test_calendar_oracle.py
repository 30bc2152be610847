"""Calendar days against the C library's own idea of every zone, from 2024 to 2040.

Both read the same rules, by different code: the domain through Python's zoneinfo, the oracle through the machine's
`localtime`. Days are looked at every few days and on both sides of every change of the clock.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata
from lapsewatch.domain.days import at_hour, days_left, local_date

FILES = Path(tzdata.__file__).parent / "zoneinfo"
NAMES = [name for name in (FILES.parent / "zones").read_text().split() if name != "Factory"]
BEGIN = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2041, 1, 1, tzinfo=UTC).timestamp())
STRIDE = 5 * 86_400 + 7 * 3_600 + 13
"""Seconds; shares no divisor with a day, so that every hour of the day is met."""


@pytest.fixture(scope="module", autouse=True)
def restored() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


def set_machine(name: str) -> None:
    """Move the machine to a zone, by the rules of the package that we ship."""
    os.environ["TZ"] = f":{FILES / name}"
    time.tzset()


def shipped(name: str) -> ZoneInfo:
    """Return a zone by the rules that we ship, whatever the machine has."""
    with (FILES / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def oracle_day(second: int) -> tuple[int, int, int]:
    there = time.localtime(second)
    return there.tm_year, there.tm_mon, there.tm_mday


def changes(seconds: range) -> Iterator[int]:
    """Yield the first second after each change of the machine's clock between two samples."""
    for before, after in pairwise(seconds):
        offset = time.localtime(before).tm_gmtoff
        if time.localtime(after).tm_gmtoff == offset:
            continue
        low, high = before, after
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if time.localtime(middle).tm_gmtoff == offset else (low, middle)
        yield high


@pytest.mark.fault("G3", "G7")
def test_every_zone_has_the_days_that_the_c_library_says() -> None:
    assert len(NAMES) > 400
    compared = turned = 0
    for name in NAMES:
        set_machine(name)
        zone = shipped(name)
        samples = range(BEGIN, END, STRIDE)
        edges = [second + step for second in changes(samples) for step in (-1, 0, 1)]
        turned += len(edges) // 3
        for second in (*samples, *edges):
            day = local_date(datetime.fromtimestamp(second, UTC), zone)
            assert (day.year, day.month, day.day) == oracle_day(second), f"{name} at {second}"
            compared += 1
    assert compared > 400_000
    assert turned > 1_000


@pytest.mark.parametrize("name", ["America/New_York", "Africa/Casablanca", "Antarctica/Troll", "Australia/Lord_Howe"])
def test_days_left_is_what_counting_on_a_wall_calendar_gives(name: str) -> None:
    set_machine(name)
    zone = shipped(name)
    for first in range(BEGIN, END, 41 * STRIDE):
        for second in range(first - 30 * 86_400, first + 30 * 86_400, 7 * 3_600 + 59):
            today, end = oracle_day(first), oracle_day(second)
            counted = (date(*end) - date(*today)).days
            now, expires_at = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(second, UTC)
            assert days_left(expires_at, now, zone) == counted


@pytest.mark.parametrize("hour", [0, 2, 8, 23])
def test_the_reminder_hour_is_that_of_the_wall_clock(hour: int) -> None:
    for name in NAMES[::7]:
        set_machine(name)
        zone = shipped(name)
        for days in range(0, 17 * 365, 97):
            day = date(2024, 1, 1) + timedelta(days=days)
            there = time.localtime(at_hour(day, hour, zone).timestamp())
            # Where the clock skips that hour, it is the next one that there is.
            assert (there.tm_year, there.tm_mon, there.tm_mday) == (day.year, day.month, day.day)
            assert hour <= there.tm_hour <= hour + 1
