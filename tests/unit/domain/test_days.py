"""From instants to days: every tenant counts by the calendar on its own wall."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.days import at_hour, days_before, days_left, local_date, zone_named
from lapsewatch.errors import SettingsError

from tests.builders import NEW_YORK, UTC_ZONE, utc

BERLIN = ZoneInfo("Europe/Berlin")
AUCKLAND = ZoneInfo("Pacific/Auckland")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
APIA = ZoneInfo("Pacific/Apia")
PAGO_PAGO = ZoneInfo("Pacific/Pago_Pago")
ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})

instants = st.datetimes(datetime(2024, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
zones = st.sampled_from(ZONES).map(ZoneInfo)


@pytest.fixture
def tokyo_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run the test on a machine whose own clock hangs in Tokyo."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.fault("G2")
def test_tomorrow_at_nine_in_the_evening_in_new_york_is_one_day_away() -> None:
    expires_at, now = utc(2026, 6, 12, 1), utc(2026, 6, 10, 12)

    left = days_left(expires_at, now, NEW_YORK)

    assert left == 1
    assert (expires_at - now).days == 1
    assert (expires_at.date() - now.date()).days == 2


@pytest.mark.parametrize(
    ("expires_at", "left"),
    [
        (utc(2026, 6, 11, 3, 59), 0),
        (utc(2026, 6, 11, 4), 1),
        (utc(2026, 6, 10, 12), 0),
        (utc(2026, 6, 10, 4), 0),
        (utc(2026, 6, 10, 3, 59), -1),
        (utc(2026, 6, 9, 3, 59), -2),
    ],
)
def test_days_change_at_local_midnight_and_nowhere_else(expires_at: datetime, left: int) -> None:
    assert days_left(expires_at, utc(2026, 6, 10, 12), NEW_YORK) == left


def test_half_a_day_overdue_is_yesterday_and_neither_today_nor_two_days_ago() -> None:
    assert days_left(utc(2026, 6, 10, 1), utc(2026, 6, 10, 13), NEW_YORK) == -1


def test_midnight_utc_is_the_evening_before_west_of_greenwich_and_never_a_day_late() -> None:
    midnight = utc(2026, 6, 12)

    assert local_date(midnight, NEW_YORK) == date(2026, 6, 11)
    assert local_date(midnight, UTC_ZONE) == date(2026, 6, 12)
    assert local_date(midnight, AUCKLAND) == date(2026, 6, 12)


def test_two_tenants_may_be_on_different_days_at_one_instant() -> None:
    now = utc(2026, 6, 10, 10, 30)

    assert local_date(now, KIRITIMATI) == date(2026, 6, 11)
    assert local_date(now, PAGO_PAGO) == date(2026, 6, 9)


@pytest.mark.parametrize(
    ("zone", "first_instant"),
    [
        (KIRITIMATI, utc(2026, 6, 11, 10)),
        (KATHMANDU, utc(2026, 6, 11, 18, 15)),
        (AUCKLAND, utc(2026, 6, 11, 12)),
        (ZoneInfo("America/St_Johns"), utc(2026, 6, 12, 2, 30)),
        (ZoneInfo("Pacific/Chatham"), utc(2026, 6, 11, 11, 15)),
    ],
    ids=lambda value: getattr(value, "key", None),
)
def test_a_day_begins_at_its_own_hour_in_far_and_uneven_zones(zone: ZoneInfo, first_instant: datetime) -> None:
    assert local_date(first_instant, zone) == date(2026, 6, 12)
    assert local_date(first_instant - timedelta(seconds=1), zone) == date(2026, 6, 11)


@pytest.mark.fault("G3")
@pytest.mark.parametrize(
    ("zone", "changes_on"),
    [
        (NEW_YORK, date(2026, 3, 8)),
        (NEW_YORK, date(2026, 11, 1)),
        (BERLIN, date(2026, 3, 29)),
        (BERLIN, date(2026, 10, 25)),
        (AUCKLAND, date(2026, 9, 27)),
        (AUCKLAND, date(2026, 4, 5)),
        (ZoneInfo("America/St_Johns"), date(2026, 3, 8)),
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)),
    ],
    ids=str,
)
def test_a_day_of_23_or_25_hours_counts_as_one(zone: ZoneInfo, changes_on: date) -> None:
    midnight = at_hour(changes_on, 0, zone)
    next_midnight = at_hour(changes_on + timedelta(days=1), 0, zone)

    assert next_midnight - midnight != timedelta(hours=24)
    assert days_left(next_midnight, midnight, zone) == 1
    assert days_left(next_midnight - timedelta(seconds=1), midnight, zone) == 0
    assert days_left(midnight - timedelta(seconds=1), midnight, zone) == -1


@pytest.mark.fault("G3")
def test_a_civil_day_that_never_was_still_counts_in_the_calendar() -> None:
    before, after = utc(2011, 12, 30, 9, 59), utc(2011, 12, 30, 10)

    assert local_date(before, APIA) == date(2011, 12, 29)
    assert local_date(after, APIA) == date(2011, 12, 31)
    assert days_left(after, before, APIA) == 2


@pytest.mark.fault("G3")
def test_an_hour_on_a_day_that_never_was_falls_on_the_day_after() -> None:
    assert local_date(at_hour(date(2011, 12, 30), 8, APIA), APIA) == date(2011, 12, 31)


@pytest.mark.fault("G4")
@pytest.mark.parametrize(
    ("expires_on", "today", "left"),
    [
        (date(2028, 2, 29), date(2028, 2, 28), 1),
        (date(2028, 3, 1), date(2028, 2, 28), 2),
        (date(2027, 3, 1), date(2027, 2, 28), 1),
        (date(2029, 2, 28), date(2028, 2, 29), 365),
        (date(2029, 3, 1), date(2028, 2, 29), 366),
        (date(2100, 3, 1), date(2100, 2, 28), 1),
    ],
)
def test_leap_days_are_counted_when_there_are_any(expires_on: date, today: date, left: int) -> None:
    expires_at, now = at_hour(expires_on, 12, BERLIN), at_hour(today, 12, BERLIN)

    assert days_left(expires_at, now, BERLIN) == left


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 3, 1), 1, date(2026, 2, 28)),
        (date(2028, 3, 1), 1, date(2028, 2, 29)),
        (date(2026, 5, 1), 1, date(2026, 4, 30)),
        (date(2026, 1, 1), 1, date(2025, 12, 31)),
        (date(2026, 8, 31), 60, date(2026, 7, 2)),
        (date(2026, 6, 20), 0, date(2026, 6, 20)),
    ],
)
def test_days_before_crosses_the_ends_of_months_and_years(day: date, days: int, expected: date) -> None:
    assert days_before(day, days) == expected


def test_an_hour_is_the_tenant_s_own_in_winter_and_in_summer() -> None:
    assert at_hour(date(2026, 1, 15), 8, NEW_YORK) == utc(2026, 1, 15, 13)
    assert at_hour(date(2026, 7, 15), 8, NEW_YORK) == utc(2026, 7, 15, 12)
    assert at_hour(date(2026, 7, 15), 8, KATHMANDU) == utc(2026, 7, 15, 2, 15)


def test_an_hour_that_the_clock_skips_still_comes_and_one_that_it_repeats_comes_first() -> None:
    skipped = at_hour(date(2026, 3, 8), 2, NEW_YORK)
    repeated = at_hour(date(2026, 11, 1), 1, NEW_YORK)

    assert skipped == utc(2026, 3, 8, 7)
    assert repeated == utc(2026, 11, 1, 5)


def test_an_hour_is_told_in_utc() -> None:
    assert at_hour(date(2026, 1, 15), 8, NEW_YORK).tzinfo is UTC


@pytest.mark.fault("G7")
@pytest.mark.usefixtures("tokyo_machine")
def test_the_zone_of_the_machine_changes_nothing() -> None:
    assert time.timezone == -9 * 3600
    assert days_left(utc(2026, 6, 12, 1), utc(2026, 6, 10, 12), NEW_YORK) == 1
    assert local_date(utc(2026, 6, 12), NEW_YORK) == date(2026, 6, 11)
    assert at_hour(date(2026, 1, 15), 8, NEW_YORK) == utc(2026, 1, 15, 13)


@pytest.mark.fault("P2")
@pytest.mark.parametrize("zone", [NEW_YORK, AUCKLAND, KIRITIMATI, PAGO_PAGO, UTC_ZONE], ids=str)
def test_dates_near_the_last_that_a_computer_knows_do_not_crash(zone: ZoneInfo) -> None:
    far = utc(9999, 12, 30, 9)

    left = days_left(far, utc(2026, 6, 10), zone)

    assert abs(left - (far - utc(2026, 6, 10)).days) <= 1
    assert at_hour(date(9999, 12, 30), 23, zone).year == 9999


@given(instants, instants, zones)
def test_days_left_is_the_difference_of_the_two_local_dates_in_every_zone(
    expires_at: datetime, now: datetime, zone: ZoneInfo
) -> None:
    left = days_left(expires_at, now, zone)

    assert local_date(now, zone) + timedelta(days=left) == local_date(expires_at, zone)
    assert days_left(now, expires_at, zone) == -left
    assert abs(left - (expires_at - now) / timedelta(days=1)) <= 2


@given(instants, zones, st.integers(0, 23))
def test_no_hour_of_a_day_ever_falls_on_an_earlier_day(instant: datetime, zone: ZoneInfo, hour: int) -> None:
    day = local_date(instant, zone)

    assert local_date(at_hour(day, hour, zone), zone) == day


@pytest.mark.fault("G5")
@given(instants, instants, zones, zones)
def test_another_zone_moves_the_days_left_by_two_at_most(
    expires_at: datetime, now: datetime, one: ZoneInfo, other: ZoneInfo
) -> None:
    assert abs(days_left(expires_at, now, one) - days_left(expires_at, now, other)) <= 2


@pytest.mark.fault("G8")
@pytest.mark.parametrize(
    "name",
    [
        "Mars/Phobos",
        "/etc/localtime",
        "leapseconds",
        "",
        "localtime",
        "posixrules",
        "Factory",
        " ",
        " UTC",
        "UTC ",
        ":UTC",
        "../UTC",
        "..",
        "America",
        "america/new_york",
        "zone.tab",
        "tzdata.zi",
        "UTC\x00",
        "Zürich",
        "\ud800",
        "x" * 5_000,
        "a/" * 5_000,
    ],
)
def test_a_name_that_is_no_zone_is_a_settings_error_and_never_utc(name: str) -> None:
    with pytest.raises(SettingsError, match="is not a time zone"):
        zone_named(name)


def test_a_wrong_zone_is_named_in_few_words_with_an_example_of_a_right_one() -> None:
    with pytest.raises(SettingsError) as raised:
        zone_named("Mars/" + "x" * 5_000)

    assert str(raised.value).startswith(f"'Mars/{'x' * 59}' is not a time zone")
    assert "America/New_York" in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("name", ["America/New_York", "Europe/Berlin", "UTC", "Asia/Kathmandu", "Etc/GMT+5"])
def test_an_iana_name_is_that_zone(name: str) -> None:
    assert zone_named(name).key == name
