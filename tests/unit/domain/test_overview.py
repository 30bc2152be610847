"""The fleet as it is shown."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.license import REMEDIES, License, Reason, Seats
from lapsewatch.domain.milestones import DEFAULT_RULES, EXPIRED
from lapsewatch.domain.overview import Watched, driving_clock, fleet_status, freshness_of, status_row
from lapsewatch.domain.reading import absorb
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.status import Band, FleetStatus, Freshness, StatusRow

from tests.builders import (
    EXPIRY,
    KEY,
    MAINTENANCE_EXPIRY,
    NEW_YORK,
    NOW,
    UTC_ZONE,
    instance,
    license,
    never_read,
    observation,
    perpetual_license,
    series,
    state,
    utc,
    watched,
)

SHOP = "https://shop.example/renew/{key}"


def shown(remembered: InstanceState, *, now: datetime = NOW, zone: ZoneInfo = NEW_YORK, shop: str = SHOP) -> StatusRow:
    whose = instance(remembered.instance_id, zone=zone)
    return status_row(watched(whose, remembered), now, DEFAULT_RULES, shop)


def fleet_of(*fleet: Watched, now: datetime = NOW) -> FleetStatus:
    return fleet_status(fleet, now, NEW_YORK, DEFAULT_RULES, SHOP)


def ends(instance_id: str, days: int | None, *, name: str = "Northwind", active: bool = True) -> Watched:
    expires_at = None if days is None else EXPIRY + timedelta(days=days)
    whose = instance(instance_id, name=name)
    return watched(whose, state(license(expires_at=expires_at, active=active), instance_id=instance_id))


def test_a_row_shows_what_the_pbx_said_and_what_follows_from_it() -> None:
    row = shown(state(license(maintenance_expires_at=MAINTENANCE_EXPIRY)))

    assert row == StatusRow(
        instance_id="northwind",
        name="Northwind Cardiology",
        customer="Northwind Health",
        fqdn="northwind.3cx.us",
        edition="Professional (SPLA)",
        product_code="3CXPSPROFSPLA",
        license_key=KEY,
        version="20.0.8.1131",
        perpetual=False,
        band=Band.CRITICAL,
        clock=Clock.LICENSE,
        expires_at=EXPIRY,
        expires_on=date(2026, 6, 20),
        days_left=10,
        maintenance_expires_at=MAINTENANCE_EXPIRY,
        maintenance_expires_on=date(2027, 3, 1),
        maintenance_days_left=264,
        sim_calls=8,
        seats=Seats(9, 40, 0),
        reseller="Example Telecom",
        freshness=Freshness.FRESH,
        last_read_at=NOW,
        reason=None,
        remedy=None,
        renew_url=f"https://shop.example/renew/{KEY}",
        next_reminder_at=NOW,
        acknowledged_until=None,
        zone="America/New_York",
        note=None,
    )


def test_a_pbx_that_was_never_read_shows_nothing_that_nobody_knows() -> None:
    row = shown(never_read())

    assert (row.band, row.clock, row.freshness) == (Band.UNKNOWN, None, Freshness.NEVER_READ)
    facts = (row.fqdn, row.edition, row.license_key, row.expires_at, row.expires_on, row.days_left, row.sim_calls)
    assert set(facts) == {None}
    assert row.seats == Seats()
    assert (row.renew_url, row.next_reminder_at, row.last_read_at) == (None, None, None)


@pytest.mark.fault("G2")
def test_days_and_dates_follow_the_calendar_of_the_instance() -> None:
    tonight = state(license(expires_at=utc(2026, 6, 12, 1)))
    noon = utc(2026, 6, 10, 12)

    in_new_york, in_utc = shown(tonight, now=noon), shown(tonight, now=noon, zone=UTC_ZONE)

    assert (in_new_york.expires_on, in_new_york.days_left) == (date(2026, 6, 11), 1)
    assert (in_utc.expires_on, in_utc.days_left) == (date(2026, 6, 12), 2)


def test_day_zero_is_a_number_and_not_an_absent_fact() -> None:
    row = shown(state(), now=EXPIRY - timedelta(hours=1))

    assert row.days_left == 0
    assert row.band is Band.CRITICAL


def test_a_perpetual_license_is_banded_by_its_maintenance() -> None:
    row = shown(state(perpetual_license(NOW + timedelta(days=30))))

    assert row.perpetual
    assert (row.clock, row.band, row.edition) == (Clock.MAINTENANCE, Band.WARNING, "Professional (Perpetual)")
    assert (row.expires_at, row.days_left, row.maintenance_days_left) == (None, None, 30)
    assert (row.clock_days_left, row.clock_expires_on) == (30, date(2026, 7, 10))


def test_the_date_that_counts_of_a_subscription_is_the_license_s() -> None:
    row = shown(state(license(maintenance_expires_at=MAINTENANCE_EXPIRY)))

    assert (row.clock_days_left, row.clock_expires_on) == (10, date(2026, 6, 20))


def test_the_clock_that_counts() -> None:
    both = license(maintenance_expires_at=MAINTENANCE_EXPIRY)

    assert driving_clock(state(both)) == (Clock.LICENSE, EXPIRY)
    assert driving_clock(state(perpetual_license())) == (Clock.MAINTENANCE, MAINTENANCE_EXPIRY)
    assert driving_clock(state(License())) == (None, None)
    assert driving_clock(never_read()) == (None, None)


def test_an_inactive_license_is_expired_whatever_its_date() -> None:
    assert shown(state(license(active=False, expires_at=EXPIRY + timedelta(days=900)))).band is Band.EXPIRED


@pytest.mark.parametrize(
    ("age", "freshness"),
    [
        (timedelta(0), Freshness.FRESH),
        (timedelta(hours=24), Freshness.FRESH),
        (timedelta(hours=24, seconds=1), Freshness.STALE),
        (timedelta(days=9), Freshness.STALE),
    ],
    ids=str,
)
def test_facts_are_stale_after_a_day(age: timedelta, freshness: Freshness) -> None:
    assert freshness_of(state(), NOW + age) is freshness


def test_a_failing_pbx_says_why_and_what_can_be_done_and_keeps_its_band() -> None:
    row = shown(state(reason=Reason.TIMEOUT, fail_count=3))

    assert (row.freshness, row.reason, row.remedy) == (Freshness.FAILING, "timeout", REMEDIES[Reason.TIMEOUT])
    assert (row.band, row.days_left) == (Band.CRITICAL, 10)


def test_a_pbx_that_was_never_read_and_fails_is_failing() -> None:
    assert freshness_of(never_read(reason=Reason.UNREACHABLE), NOW) is Freshness.FAILING


def test_a_paused_pbx_is_paused_whatever_else_it_is_and_reminds_of_nothing() -> None:
    row = shown(state(enabled=False, reason=Reason.TIMEOUT))

    assert row.freshness is Freshness.PAUSED
    assert row.next_reminder_at is None


def test_a_date_that_could_not_be_used_is_a_reason_of_its_own() -> None:
    row = shown(state(notes={Clock.LICENSE: "the PBX gave no expiration date any more"}))

    assert (row.reason, row.note) == ("unusable_date", "the PBX gave no expiration date any more")
    assert row.remedy is not None


def test_a_fact_that_the_pbx_no_longer_says_is_shown_as_it_was_and_marked() -> None:
    row = shown(state(unsaid={"reseller": NOW - timedelta(days=7)}))

    assert row.reseller == "Example Telecom"
    assert row.note == "the PBX has not said its reseller since 2026-06-03"
    assert (row.reason, row.remedy, row.freshness) == (None, None, Freshness.FRESH)


def test_an_unusable_date_at_first_contact_is_unknown_whatever_maintenance_says() -> None:
    unusable = observation(perpetual_license(), rejected=(("expires_at", "year 1"),))

    row = shown(absorb(never_read(), unusable, DEFAULT_RULES, NEW_YORK).state)

    assert (row.band, row.clock, row.perpetual, row.reason) == (Band.UNKNOWN, None, False, "unusable_date")
    assert row.maintenance_days_left == 264


def test_a_failing_read_speaks_louder_than_an_older_note() -> None:
    assert shown(state(notes={Clock.LICENSE: "odd date"}, reason=Reason.TIMEOUT)).reason == "timeout"


@pytest.mark.parametrize(
    ("remembered", "expected"),
    [
        (state(), NOW),
        (state(running=[series(claimed=10)]), utc(2026, 6, 17, 12)),
        (state(running=[series(claimed=EXPIRED)]), None),
        (
            state(running=[series(claimed=EXPIRED), series(Clock.MAINTENANCE, expires_at=MAINTENANCE_EXPIRY)]),
            utc(2026, 12, 31, 13),
        ),
        (state(running=[series(claimed=EXPIRED), series(Clock.MAINTENANCE)]), None),
    ],
    ids=["owed", "next milestone", "all sent", "the other clock", "the silent clock"],
)
def test_a_row_says_when_the_next_reminder_goes_out(remembered: InstanceState, expected: datetime | None) -> None:
    assert shown(remembered).next_reminder_at == expected


@pytest.mark.fault("P20")
@pytest.mark.parametrize(
    ("key", "shop"), [(KEY, ""), (None, SHOP), ("<script>", SHOP)], ids=["no shop", "no key", "no plain key"]
)
def test_a_row_has_a_renew_link_only_for_a_plain_key_and_a_shop(key: str | None, shop: str) -> None:
    assert shown(state(license(key=key)), shop=shop).renew_url is None


def test_rows_are_shown_most_overdue_first_and_without_a_date_last() -> None:
    fleet = fleet_of(
        ends("later", 90), ends("undated", None), ends("yesterday", -11), ends("long-ago", -200), ends("soon", 3)
    )

    assert [row.instance_id for row in fleet.rows] == ["long-ago", "yesterday", "soon", "later", "undated"]


def test_rows_of_one_date_are_shown_by_name() -> None:
    fleet = fleet_of(ends("c", 3, name="beta"), ends("b", 3, name="Alpha"), ends("a", 3, name="gamma"))

    assert [row.name for row in fleet.rows] == ["Alpha", "beta", "gamma"]


def test_a_perpetual_license_is_sorted_by_its_maintenance() -> None:
    whose = instance("perpetual")
    perpetual = watched(whose, state(perpetual_license(EXPIRY + timedelta(days=5)), instance_id="perpetual"))

    fleet = fleet_of(ends("after", 9), perpetual, ends("before", 1))

    assert [row.instance_id for row in fleet.rows] == ["before", "perpetual", "after"]


def test_an_empty_fleet_counts_nothing_in_every_band() -> None:
    fleet = fleet_of()

    assert fleet.rows == ()
    assert fleet.counters == dict.fromkeys(Band, 0)


def test_the_fleet_says_when_it_was_rendered_for_whom_and_under_which_ladders() -> None:
    fleet = fleet_of()

    assert (fleet.generated_at, fleet.zone) == (NOW, "America/New_York")
    assert fleet.ladders == {Clock.LICENSE: (10, 3, 1), Clock.MAINTENANCE: (60, 30, 7)}


@pytest.mark.fault("R3")
@given(
    st.lists(
        st.tuples(st.none() | st.integers(-400, 400), st.booleans(), st.booleans(), st.sampled_from(["a", "B"])),
        max_size=12,
    )
)
def test_the_counters_divide_the_rows_among_the_bands(
    fleet: list[tuple[int | None, bool, bool, str]],
) -> None:
    members = [
        ends(f"pbx-{number}", days, active=active, name=name)
        if read
        else watched(instance(f"pbx-{number}"), never_read(f"pbx-{number}"))
        for number, (days, active, read, name) in enumerate(fleet)
    ]

    status = fleet_of(*members)

    assert sum(status.counters.values()) == len(status.rows) == len(fleet)
    assert status.counters == {band: Counter(row.band for row in status.rows)[band] for band in Band}


@given(st.lists(st.none() | st.integers(-400, 400), max_size=12))
def test_within_a_zone_days_left_never_fall_from_row_to_row(days: list[int | None]) -> None:
    status = fleet_of(*(ends(f"pbx-{number}", left) for number, left in enumerate(days)))

    dated = [row.days_left for row in status.rows if row.days_left is not None]
    assert dated == sorted(dated)
    assert [row.days_left for row in status.rows[len(dated) :]] == [None] * days.count(None)
