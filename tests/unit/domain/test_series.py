"""The reminder series: what is owed, when, and what a new date does to it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import days_left
from lapsewatch.domain.milestones import DEFAULT_LADDERS, EXPIRED, Ladder, ladder_of
from lapsewatch.domain.series import (
    Series,
    clears,
    crossing,
    due_at,
    due_milestone,
    is_same_cycle,
    move,
    next_reminder_at,
    open_series,
    passed_over,
    tightest_crossed,
)

from tests.builders import EXPIRY, NEW_YORK, NOW, UTC_ZONE, series, utc

LADDER = DEFAULT_LADDERS[Clock.LICENSE]
HOUR = 8
BERLIN = ZoneInfo("Europe/Berlin")
FAR = EXPIRY + timedelta(days=365)
ZONES = [
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Europe/Berlin",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]

zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.integers(0, 23)
ladders = st.sets(st.integers(1, 90), min_size=1, max_size=5).map(ladder_of)
expiries = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
minutes_before = st.integers(-60 * 24 * 40, 60 * 24 * 100)
claims = st.none() | st.integers(0, 90)


@dataclass(frozen=True)
class Tenant:
    """Whose calendar, ladder and hour count."""

    zone: ZoneInfo
    ladder: Ladder
    hour: int

    def owes(self, of: Series, now: datetime) -> int | None:
        return due_milestone(of, self.ladder, now, self.zone, self.hour)


tenants = st.builds(Tenant, zones, ladders, hours)


def days_to_go(days: int) -> datetime:
    """Return a moment in New York's working day, `days` before the day of the expiry, an hour before its time."""
    return EXPIRY - timedelta(days=days, hours=1)


def due(
    of: Series, now: datetime, *, ladder: Ladder = LADDER, zone: ZoneInfo = NEW_YORK, hour: int = HOUR
) -> int | None:
    return due_milestone(of, ladder, now, zone, hour)


def with_claims_until(of: Series, now: datetime) -> Series:
    """Return the series as a run at `now` leaves it."""
    milestone = due(of, now)
    return of if milestone is None else replace(of, claimed=milestone)


@pytest.mark.fault("G1")
@pytest.mark.parametrize(
    ("days", "milestone"),
    [
        (11, None),
        (10, 10),
        (9, 10),
        (4, 10),
        (3, 3),
        (2, 3),
        (1, 1),
        (0, 1),
        (-1, EXPIRED),
        (-30, EXPIRED),
        (-31, None),
    ],
)
def test_a_license_that_is_first_seen_so_many_days_before_its_end_owes(days: int, milestone: int | None) -> None:
    now = days_to_go(days)
    assert days_left(EXPIRY, now, NEW_YORK) == days

    first_seen = open_series(Clock.LICENSE, EXPIRY, now, NEW_YORK)

    assert due(first_seen, now) == milestone


@pytest.mark.fault("G1")
@pytest.mark.parametrize(
    ("days", "milestone"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, EXPIRED)],
)
def test_maintenance_that_is_first_seen_so_many_days_before_its_end_owes(days: int, milestone: int | None) -> None:
    now = days_to_go(days)

    first_seen = open_series(Clock.MAINTENANCE, EXPIRY, now, NEW_YORK)

    assert due(first_seen, now, ladder=DEFAULT_LADDERS[Clock.MAINTENANCE]) == milestone


def test_a_series_that_ran_unwatched_into_the_past_still_owes_the_lapse() -> None:
    assert due(series(), days_to_go(-300)) == EXPIRED


@pytest.mark.parametrize(
    ("claimed", "owed_by_day"),
    [
        (None, {11: None, 10: 10, 4: 10, 3: 3, 1: 1, -1: EXPIRED}),
        (10, {11: None, 10: None, 4: None, 3: 3, 1: 1, -1: EXPIRED}),
        (3, {11: None, 10: None, 4: None, 3: None, 1: 1, -1: EXPIRED}),
        (1, {11: None, 10: None, 3: None, 1: None, 0: None, -1: EXPIRED}),
        (EXPIRED, {10: None, 3: None, 1: None, 0: None, -1: None, -300: None}),
    ],
)
def test_only_what_is_tighter_than_the_last_claim_is_owed(
    claimed: int | None, owed_by_day: dict[int, int | None]
) -> None:
    running = series(claimed=claimed)

    assert {days: due(running, days_to_go(days)) for days in owed_by_day} == owed_by_day


@pytest.mark.fault("S3")
def test_after_a_week_without_runs_only_the_tightest_milestone_is_owed() -> None:
    running = with_claims_until(series(), days_to_go(2))

    assert running.claimed == 3
    assert due(running, days_to_go(2)) is None
    assert due(running, days_to_go(9)) is None


def test_the_lapse_is_owed_from_the_very_instant_and_not_before() -> None:
    running = series(claimed=1)

    assert due(running, EXPIRY - timedelta(seconds=1)) is None
    assert due(running, EXPIRY) == EXPIRED


def test_on_and_after_the_end_only_the_lapse_is_owed_even_if_nothing_was_sent_before() -> None:
    assert due(series(), EXPIRY) == EXPIRED


def test_the_lapse_does_not_wait_for_the_reminder_hour() -> None:
    at_three_in_the_morning = utc(2026, 6, 20, 7)

    assert due(series(expires_at=at_three_in_the_morning, claimed=1), at_three_in_the_morning) == EXPIRED


def test_a_milestone_waits_for_the_reminder_hour_of_the_tenant() -> None:
    eight_in_new_york = utc(2026, 6, 10, 12)

    assert due(series(), eight_in_new_york - timedelta(seconds=1)) is None
    assert due(series(), eight_in_new_york) == 10


def test_a_milestone_that_was_crossed_on_an_earlier_day_does_not_wait_any_more() -> None:
    four_in_the_morning = utc(2026, 6, 11, 8)

    assert due(series(), four_in_the_morning) == 10


def test_the_wider_milestone_stays_silent_while_the_tighter_one_waits_for_its_hour() -> None:
    seven_in_new_york = utc(2026, 6, 17, 11)

    assert tightest_crossed(series(), LADDER, seven_in_new_york, NEW_YORK) == 3
    assert due(series(), seven_in_new_york) is None
    assert due(series(), seven_in_new_york + timedelta(hours=1)) == 3


def test_a_milestone_is_passed_over_once_a_tighter_one_counts_by_the_tenant_s_calendar() -> None:
    running, three_days_before_in_utc = series(), utc(2026, 6, 17, 2)

    assert passed_over(running, 10, LADDER, three_days_before_in_utc, UTC_ZONE)
    assert not passed_over(running, 10, LADDER, three_days_before_in_utc, NEW_YORK)


def test_each_tenant_is_reminded_at_its_own_hour() -> None:
    eight_in_berlin = utc(2026, 6, 10, 6)

    assert due(series(), eight_in_berlin, zone=BERLIN) == 10
    assert due(series(), eight_in_berlin, zone=NEW_YORK) is None


def test_the_reminder_hour_follows_the_tenant_s_daylight_saving() -> None:
    in_march = series(expires_at=utc(2026, 3, 18, 16))

    assert crossing(in_march, 10, NEW_YORK, HOUR) == utc(2026, 3, 8, 12)
    assert crossing(in_march, 11, NEW_YORK, HOUR) == utc(2026, 3, 7, 13)


def test_a_reminder_hour_that_the_clock_skips_still_comes() -> None:
    in_march = series(expires_at=utc(2026, 3, 18, 16))

    assert due(in_march, utc(2026, 3, 8, 6, 59), hour=2) is None
    assert due(in_march, utc(2026, 3, 8, 7), hour=2) == 10


def test_the_lapse_is_crossed_at_the_instant_and_a_milestone_at_the_hour_of_its_day() -> None:
    assert crossing(series(), EXPIRED, NEW_YORK, HOUR) == EXPIRY
    assert crossing(series(), 1, NEW_YORK, HOUR) == utc(2026, 6, 19, 12)


@pytest.mark.fault("G5")
def test_a_tenant_that_moves_west_is_not_reminded_twice() -> None:
    at_the_edge = series(expires_at=utc(2026, 6, 20, 2))
    now = utc(2026, 6, 10, 13)

    assert due(at_the_edge, now, zone=BERLIN) == 10
    assert due(replace(at_the_edge, claimed=10), now, zone=NEW_YORK) is None
    assert due(replace(at_the_edge, claimed=3), now, zone=BERLIN) is None


@pytest.mark.fault("G5")
@given(st.lists(st.tuples(st.integers(-40, 400), zones, hours), max_size=25), ladders, st.booleans())
def test_claims_only_ever_get_tighter_whatever_the_clock_and_the_zone_do(
    visits: list[tuple[int, ZoneInfo, int]], ladder: Ladder, in_order: bool
) -> None:
    running, claimed = series(), list[int]()

    for hours_to_go, zone, hour in sorted(visits, key=lambda visit: -visit[0]) if in_order else visits:
        milestone = due(running, EXPIRY - timedelta(hours=hours_to_go), ladder=ladder, zone=zone, hour=hour)
        if milestone is not None:
            claimed.append(milestone)
            running = replace(running, claimed=milestone)

    assert claimed == sorted(set(claimed), reverse=True)
    assert set(claimed) <= {*ladder.days, EXPIRED}


@pytest.mark.fault("G5")
@settings(deadline=None)
@given(expiries, tenants, st.integers(0, 59))
def test_hourly_runs_claim_the_whole_ladder_and_then_the_lapse(
    expires_at: datetime, tenant: Tenant, minute: int
) -> None:
    running, claimed = series(expires_at=expires_at), list[int]()
    now = expires_at.replace(minute=minute) - timedelta(days=tenant.ladder.widest + 2)

    while now < expires_at + timedelta(hours=2):
        milestone = tenant.owes(running, now)
        if milestone is not None:
            claimed.append(milestone)
            running = replace(running, claimed=milestone)
        now += timedelta(hours=1)

    assert claimed == [*tenant.ladder.days, EXPIRED]


@given(expiries, minutes_before, tenants, claims, st.none() | st.integers(-12, 12))
def test_the_due_index_is_never_later_than_the_debt(
    expires_at: datetime, before: int, tenant: Tenant, claimed: int | None, quiet_hours: int | None
) -> None:
    now = expires_at - timedelta(minutes=before)
    quiet_until = None if quiet_hours is None else now + timedelta(hours=quiet_hours)
    running = series(expires_at=expires_at, claimed=claimed, quiet_until=quiet_until)

    indexed = due_at(running, tenant.ladder, tenant.zone, tenant.hour)

    if tenant.owes(running, now) is not None:
        assert indexed is not None
        assert indexed <= now


@given(expiries, tenants, claims)
def test_the_due_index_names_the_first_instant_at_which_something_is_owed(
    expires_at: datetime, tenant: Tenant, claimed: int | None
) -> None:
    running = series(expires_at=expires_at, claimed=claimed)

    indexed = due_at(running, tenant.ladder, tenant.zone, tenant.hour)

    if indexed is None:
        assert claimed == EXPIRED
    else:
        assert tenant.owes(running, indexed) is not None
        assert tenant.owes(running, indexed - timedelta(seconds=1)) is None


def test_the_due_index_falls_silent_after_the_lapse_was_claimed() -> None:
    assert due_at(series(claimed=EXPIRED), LADDER, NEW_YORK, HOUR) is None
    assert due_at(series(claimed=1), LADDER, NEW_YORK, HOUR) == EXPIRY
    assert due_at(series(), LADDER, NEW_YORK, HOUR) == utc(2026, 6, 10, 12)


@given(expiries, minutes_before, tenants, claims, st.none() | st.integers(-12, 36))
def test_the_next_reminder_goes_out_exactly_when_it_is_said_to(
    expires_at: datetime, before: int, tenant: Tenant, claimed: int | None, quiet_hours: int | None
) -> None:
    now = expires_at - timedelta(minutes=before)
    quiet_until = None if quiet_hours is None else now + timedelta(hours=quiet_hours)
    running = series(expires_at=expires_at, claimed=claimed, quiet_until=quiet_until)

    announced = next_reminder_at(running, tenant.ladder, now, tenant.zone, tenant.hour)

    if announced is None:
        assert claimed == EXPIRED
    else:
        assert announced >= now
        assert tenant.owes(running, announced) is not None
        assert announced == now or tenant.owes(running, announced - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("claimed", "now", "expected"),
    [
        (None, days_to_go(40), utc(2026, 6, 10, 12)),
        (10, days_to_go(10), utc(2026, 6, 17, 12)),
        (3, days_to_go(3), utc(2026, 6, 19, 12)),
        (1, days_to_go(1), EXPIRY),
        (EXPIRED, days_to_go(-1), None),
    ],
)
def test_the_page_can_say_when_the_next_reminder_goes_out(
    claimed: int | None, now: datetime, expected: datetime | None
) -> None:
    assert next_reminder_at(series(claimed=claimed), LADDER, now, NEW_YORK, HOUR) == expected


def test_a_reminder_that_is_owed_already_goes_out_now() -> None:
    assert next_reminder_at(series(), LADDER, days_to_go(9), NEW_YORK, HOUR) == days_to_go(9)


def test_a_milestone_that_is_held_back_is_announced_for_the_end_of_the_quiet() -> None:
    quiet_until = days_to_go(8)
    held = series(quiet_until=quiet_until)

    assert next_reminder_at(held, LADDER, days_to_go(9), NEW_YORK, HOUR) == quiet_until
    assert due_at(held, LADDER, NEW_YORK, HOUR) == quiet_until


def test_a_quiet_that_ends_before_the_reminder_hour_announces_the_milestone_that_waits_for_it() -> None:
    six, eight_in_new_york = utc(2026, 6, 17, 10), utc(2026, 6, 17, 12)
    held = series(quiet_until=six)

    assert tightest_crossed(held, LADDER, six, NEW_YORK) == 3
    assert next_reminder_at(held, LADDER, six - timedelta(hours=2), NEW_YORK, HOUR) == eight_in_new_york
    assert next_reminder_at(held, LADDER, six, NEW_YORK, HOUR) == eight_in_new_york


def test_whether_a_reminder_is_owed_already_is_a_question_of_the_tenant_s_hour() -> None:
    half_past_eight_in_berlin = utc(2026, 6, 10, 6, 30)

    assert next_reminder_at(series(), LADDER, half_past_eight_in_berlin, BERLIN, HOUR) == half_past_eight_in_berlin


def test_an_acknowledged_cycle_speaks_again_at_the_tenant_s_hour_after_its_last_silent_day() -> None:
    noted = replace(series(), acknowledged=Acknowledgement("Kim", "ordered", NOW, date(2026, 6, 14)))
    eight_in_new_york = utc(2026, 6, 15, 12)

    assert due(noted, eight_in_new_york - timedelta(seconds=1)) is None
    assert due(noted, eight_in_new_york) == 10
    assert due_at(noted, LADDER, NEW_YORK, HOUR) == eight_in_new_york


def test_a_cycle_acknowledged_without_a_last_day_is_next_due_at_its_last_milestone() -> None:
    noted = replace(series(), acknowledged=Acknowledgement("Kim", "ordered", NOW, None))

    assert due_at(noted, LADDER, NEW_YORK, HOUR) == utc(2026, 6, 19, 12)
    assert next_reminder_at(noted, LADDER, NOW, NEW_YORK, HOUR) == utc(2026, 6, 19, 12)
    assert due_at(replace(noted, claimed=1), LADDER, NEW_YORK, HOUR) == EXPIRY


def test_a_first_date_opens_the_first_cycle_with_nothing_claimed() -> None:
    opened = open_series(Clock.LICENSE, EXPIRY, NOW, NEW_YORK)

    assert opened == series()


def test_a_date_more_than_thirty_days_past_at_first_sight_is_history() -> None:
    opened = open_series(Clock.LICENSE, EXPIRY, days_to_go(-31), NEW_YORK)

    assert opened.claimed == EXPIRED
    assert due_at(opened, LADDER, NEW_YORK, HOUR) is None


def test_how_long_past_a_date_is_counted_in_the_tenant_s_calendar() -> None:
    late_on_may_10_in_new_york = utc(2026, 5, 11, 2)

    opened = {zone: open_series(Clock.LICENSE, late_on_may_10_in_new_york, NOW, zone) for zone in (NEW_YORK, UTC_ZONE)}
    moved = {zone: move(series(), late_on_may_10_in_new_york, NOW, zone) for zone in (NEW_YORK, UTC_ZONE)}

    assert {zone: found.claimed for zone, found in opened.items()} == {NEW_YORK: EXPIRED, UTC_ZONE: None}
    assert {zone: found.claimed for zone, found in moved.items()} == {NEW_YORK: EXPIRED, UTC_ZONE: None}


@pytest.mark.parametrize(
    "shift",
    [timedelta(0), timedelta(seconds=1), timedelta(seconds=-1), timedelta(hours=23, minutes=59, seconds=59)],
    ids=str,
)
def test_a_date_told_a_little_differently_is_the_same_cycle(shift: timedelta) -> None:
    claimed = series(claimed=10, open_alerts=["license#000001#010"])

    moved = move(claimed, EXPIRY + shift, NOW, NEW_YORK)

    assert is_same_cycle(claimed, EXPIRY + shift)
    assert moved == replace(claimed, expires_at=EXPIRY + shift)


@pytest.mark.parametrize("shift", [timedelta(hours=24), timedelta(hours=-24)], ids=str)
def test_a_date_that_is_a_day_off_is_another_cycle(shift: timedelta) -> None:
    moved = move(series(claimed=10), EXPIRY + shift, NOW, NEW_YORK)

    assert (moved.cycle, moved.claimed) == (2, None)
    assert moved.anchor == moved.expires_at == EXPIRY + shift


def test_jitter_is_measured_from_the_anchor_so_that_drift_cannot_creep() -> None:
    drifting = move(series(claimed=10), EXPIRY + timedelta(hours=13), NOW, NEW_YORK)

    drifted = move(drifting, EXPIRY + timedelta(hours=26), NOW, NEW_YORK)

    assert drifting.anchor == EXPIRY
    assert (drifting.cycle, drifted.cycle) == (1, 2)
    assert drifted.anchor == EXPIRY + timedelta(hours=26)


def test_within_a_cycle_the_last_date_told_is_the_one_that_counts() -> None:
    later = move(series(claimed=1), EXPIRY + timedelta(hours=5), NOW, NEW_YORK)

    assert due(later, EXPIRY + timedelta(hours=4)) is None
    assert due(later, EXPIRY + timedelta(hours=5)) == EXPIRED


def test_two_cycles_in_full_are_reminded_of_in_full() -> None:
    sent = list[tuple[int, int]]()
    running = series()

    for expires_at in (EXPIRY, FAR):
        running = move(running, expires_at, expires_at - timedelta(days=12), NEW_YORK)
        for days in range(12, -2, -1):
            now = expires_at - timedelta(days=days, hours=1)
            milestone = due(running, now)
            if milestone is not None:
                sent.append((running.cycle, milestone))
                running = replace(running, claimed=milestone)

    assert sent == [(1, 10), (1, 3), (1, 1), (1, 0), (2, 10), (2, 3), (2, 1), (2, 0)]


def test_an_earlier_date_starts_a_cycle_whose_tightest_milestone_is_owed_at_once() -> None:
    earlier = move(series(), EXPIRY - timedelta(days=8), NOW, NEW_YORK)

    assert earlier.cycle == 2
    assert due(earlier, NOW) == 3


def test_a_cycle_opened_by_an_earlier_date_remembers_the_one_before() -> None:
    earlier = move(series(), EXPIRY - timedelta(days=8), NOW, NEW_YORK)
    jittered = move(earlier, EXPIRY - timedelta(days=8, hours=3), NOW, NEW_YORK)
    later = move(jittered, FAR, NOW, NEW_YORK)

    assert earlier.moved_from == jittered.moved_from == EXPIRY
    assert later.moved_from is None
    assert open_series(Clock.LICENSE, EXPIRY, NOW, NEW_YORK).moved_from is None


def test_a_date_that_moves_far_into_the_past_wakes_nobody() -> None:
    moved = move(series(), NOW - timedelta(days=100), NOW, NEW_YORK)

    assert (moved.cycle, moved.claimed) == (2, EXPIRED)


def test_open_alerts_go_along_into_the_next_cycle() -> None:
    alerts = {"license#000001#010", "license#000001#003"}

    moved = move(series(claimed=3, open_alerts=alerts), EXPIRY + timedelta(days=3), NOW, NEW_YORK)

    assert moved.open_alerts == alerts


@pytest.mark.fault("P23")
def test_a_date_that_comes_back_within_a_day_holds_the_wide_milestones_and_never_the_last() -> None:
    away = move(series(), FAR, NOW, NEW_YORK)

    back = move(away, EXPIRY, NOW + timedelta(hours=2), NEW_YORK)

    assert back.cycle == 3
    assert back.quiet_until == NOW + timedelta(hours=26)
    assert due(back, NOW + timedelta(hours=2)) is None
    assert due(back, NOW + timedelta(hours=26)) == 10


@pytest.mark.fault("P23")
@pytest.mark.parametrize(
    ("days", "during_the_quiet"), [(10, None), (4, None), (3, None), (2, None), (1, 1), (0, 1), (-1, EXPIRED)]
)
def test_the_flap_guard_holds_10_and_3_and_never_1_or_the_lapse(days: int, during_the_quiet: int | None) -> None:
    now = days_to_go(days)

    flapped = move(move(series(), FAR, now - timedelta(hours=3), NEW_YORK), EXPIRY, now, NEW_YORK)

    assert due(flapped, now) == during_the_quiet
    assert due(flapped, now + timedelta(hours=23, minutes=59)) in {1, EXPIRED, during_the_quiet}


@pytest.mark.fault("P23")
def test_a_date_that_flaps_by_some_seconds_is_known_again() -> None:
    away = move(series(), FAR, NOW, NEW_YORK)

    back = move(away, EXPIRY + timedelta(seconds=30), NOW + timedelta(hours=1), NEW_YORK)

    assert back.quiet_until is not None


@pytest.mark.fault("P23")
def test_a_date_that_comes_back_after_a_day_speaks_at_once() -> None:
    away = move(series(), FAR, NOW, NEW_YORK)

    back = move(away, EXPIRY, NOW + timedelta(hours=24), NEW_YORK)

    assert back.quiet_until is None
    assert due(back, NOW + timedelta(hours=24)) == 10


@pytest.mark.fault("P23")
def test_two_dates_in_turn_are_remembered_for_a_day_and_no_longer() -> None:
    running = series()

    for hour in range(60):
        running = move(running, FAR if hour % 2 == 0 else EXPIRY, NOW + timedelta(hours=hour), NEW_YORK)

    assert set(running.closed) == {EXPIRY.isoformat(), FAR.isoformat()}
    assert running.quiet_until == NOW + timedelta(hours=59 + 24)
    assert running.cycle == 61


def test_a_third_date_is_no_flapping() -> None:
    away = move(series(), FAR, NOW, NEW_YORK)

    onward = move(away, EXPIRY + timedelta(days=3), NOW + timedelta(hours=1), NEW_YORK)

    assert onward.quiet_until is None


def test_a_date_that_is_a_day_off_an_earlier_one_is_no_flapping() -> None:
    away = move(series(), FAR, NOW, NEW_YORK)

    onward = move(away, EXPIRY + timedelta(hours=24), NOW + timedelta(hours=1), NEW_YORK)

    assert onward.quiet_until is None


@pytest.mark.parametrize(("days", "answered"), [(9, False), (10, False), (11, True), (365, True), (-1, False)])
def test_a_date_answers_open_alerts_only_beyond_the_widest_milestone(days: int, answered: bool) -> None:
    assert clears(EXPIRY, LADDER, days_to_go(days), NEW_YORK) is answered


def test_how_far_away_a_date_is_counts_in_the_tenant_s_calendar() -> None:
    late_on_june_20_in_new_york = utc(2026, 6, 21, 2)

    assert not clears(late_on_june_20_in_new_york, LADDER, NOW, NEW_YORK)
    assert clears(late_on_june_20_in_new_york, LADDER, NOW, UTC_ZONE)


@given(expiries, st.integers(2, 400), zones, ladders)
def test_a_date_that_answers_alerts_owes_none_itself(
    expires_at: datetime, beyond: int, zone: ZoneInfo, ladder: Ladder
) -> None:
    now = expires_at - timedelta(days=ladder.widest + beyond)

    opened = open_series(Clock.LICENSE, expires_at, now, zone)

    assert clears(expires_at, ladder, now, zone)
    assert tightest_crossed(opened, ladder, now, zone) is None


@pytest.mark.fault("P2")
@pytest.mark.parametrize("zone", ZONES)
def test_a_date_near_the_last_that_a_computer_knows_does_not_crash(zone: str) -> None:
    far = utc(9999, 12, 30, 9)

    opened = open_series(Clock.LICENSE, far, NOW, ZoneInfo(zone))

    assert due(opened, NOW, zone=ZoneInfo(zone)) is None
    assert due_at(opened, LADDER, ZoneInfo(zone), HOUR) is not None
    assert due(move(opened, EXPIRY, NOW, ZoneInfo(zone)), EXPIRY, zone=ZoneInfo(zone)) == EXPIRED
