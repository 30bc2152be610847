"""The band: one word for how a license stands."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.bands import band_of
from lapsewatch.domain.days import days_left
from lapsewatch.domain.status import Band

from tests.builders import EXPIRY, NEW_YORK, NOW, UTC_ZONE, utc


def band(expires_at: datetime | None, now: datetime = NOW, *, active: bool | None = True) -> Band:
    return band_of(expires_at, active=active, now=now, zone=NEW_YORK)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-30, Band.EXPIRED),
        (-1, Band.EXPIRED),
        (0, Band.CRITICAL),
        (1, Band.CRITICAL),
        (14, Band.CRITICAL),
        (15, Band.WARNING),
        (60, Band.WARNING),
        (61, Band.ACTIVE),
        (3_000, Band.ACTIVE),
    ],
)
def test_the_edges_of_the_bands_are_whole_days(days: int, expected: Band) -> None:
    now = EXPIRY - timedelta(days=days, hours=1)

    assert days_left(EXPIRY, now, NEW_YORK) == days
    assert band(EXPIRY, now) is expected


def test_on_its_last_day_a_license_expires_at_the_instant_and_not_at_midnight() -> None:
    assert band(EXPIRY, EXPIRY - timedelta(hours=1)) is Band.CRITICAL
    assert band(EXPIRY, EXPIRY - timedelta(seconds=1)) is Band.CRITICAL
    assert band(EXPIRY, EXPIRY) is Band.EXPIRED
    assert band(EXPIRY, EXPIRY + timedelta(hours=1)) is Band.EXPIRED


def test_the_edge_lies_at_the_tenant_s_midnight() -> None:
    ends_at, now = utc(2026, 6, 25, 2), utc(2026, 6, 10, 13)

    assert band_of(ends_at, active=True, now=now, zone=NEW_YORK) is Band.CRITICAL
    assert band_of(ends_at, active=True, now=now, zone=UTC_ZONE) is Band.WARNING


def test_a_pbx_that_says_inactive_is_expired_whatever_its_date() -> None:
    assert band(EXPIRY + timedelta(days=900), active=False) is Band.EXPIRED
    assert band(None, active=False) is Band.EXPIRED


@pytest.mark.parametrize("active", [True, None])
def test_no_date_is_unknown_and_neither_expired_nor_1970(active: bool | None) -> None:
    assert band(None, active=active) is Band.UNKNOWN


def test_a_pbx_that_says_nothing_about_active_is_judged_by_its_date() -> None:
    assert band(EXPIRY, active=None) is Band.CRITICAL
    assert band(EXPIRY + timedelta(days=900), active=None) is Band.ACTIVE


def test_a_pbx_that_still_says_active_after_the_end_is_expired() -> None:
    assert band(EXPIRY, EXPIRY + timedelta(days=1), active=True) is Band.EXPIRED


@given(
    st.integers(-200_000, 200_000),
    st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu"]),
)
def test_time_only_ever_moves_a_license_to_a_worse_band(minutes: int, zone: str) -> None:
    worst_last = [Band.ACTIVE, Band.WARNING, Band.CRITICAL, Band.EXPIRED]
    now = EXPIRY + timedelta(minutes=minutes)

    earlier, later = (
        band_of(EXPIRY, active=True, now=instant, zone=ZoneInfo(zone)) for instant in (now, now + timedelta(hours=7))
    )

    assert worst_last.index(earlier) <= worst_last.index(later)
