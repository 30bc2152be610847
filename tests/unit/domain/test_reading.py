"""What one reading of a PBX does to what is remembered."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.changes import Change
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.instance import Access
from lapsewatch.domain.ledger import Answer, LedgerRow, RowKey, RowState
from lapsewatch.domain.license import FailedRead, Reading, Reason, Seats
from lapsewatch.domain.milestones import DEFAULT_RULES, EXPIRED
from lapsewatch.domain.reading import Absorbed, Resolve, absorb, owed_rows
from lapsewatch.domain.state import InstanceState, speaking_series

from tests.builders import (
    EXPIRY,
    ID,
    MAINTENANCE_EXPIRY,
    NEW_YORK,
    NOW,
    UTC_ZONE,
    license,
    never_read,
    observation,
    perpetual_license,
    series,
    state,
    utc,
)

FAR = EXPIRY + timedelta(days=365)
ALERT_10, ALERT_3 = "license#000001#010", "license#000001#003"
LATER = NOW + timedelta(hours=1)
WHAT_A_FAILURE_MAY_TOUCH = {
    *("reason", "fail_count", "failing_since", "tried_at", "streaks"),
    *("next_poll_at", "lease_until"),
}

dates = st.none() | st.integers(-50, 500).map(lambda days: EXPIRY + timedelta(days=days))
readings = st.lists(
    st.one_of(
        st.sampled_from(Reason).map(lambda reason: FailedRead(NOW, reason)),
        st.builds(
            lambda ends, maintenance: observation(license(expires_at=ends, maintenance_expires_at=maintenance)),
            dates,
            dates,
        ),
    ),
    max_size=12,
)


def take_in(before: InstanceState, reading: Reading, zone: ZoneInfo = NEW_YORK) -> Absorbed:
    return absorb(before, reading, DEFAULT_RULES, zone)


def after(before: InstanceState, *taken: Reading) -> InstanceState:
    for reading in taken:
        before = take_in(before, reading).state
    return before


def says(expires_at: datetime | None, *, at: datetime = LATER, maintenance: datetime | None = None) -> Reading:
    return observation(license(expires_at=expires_at, maintenance_expires_at=maintenance), at=at)


def failed(reason: Reason = Reason.UNREACHABLE, *, at: datetime = LATER, retry_after: int | None = None) -> FailedRead:
    return FailedRead(at, reason, retry_after=retry_after)


def alerted() -> InstanceState:
    """Return an instance that was reminded at 10 and at 3 days."""
    return state(running=[series(claimed=3, open_alerts=[ALERT_10, ALERT_3])])


def test_the_first_reading_is_remembered_and_opens_a_series() -> None:
    seen = observation(license(), at=LATER)

    absorbed = take_in(never_read(), seen)

    assert absorbed.resolves == ()
    assert absorbed.state.license == seen.license
    assert absorbed.state.observed_at == LATER
    assert absorbed.state.series == {Clock.LICENSE: series()}
    assert not absorbed.state.perpetual


def test_every_good_reading_raises_the_fence_and_clears_the_failures() -> None:
    failing = replace(alerted(), reason=Reason.TIMEOUT, fail_count=7, next_poll_at=FAR, lease_until=FAR, obs_seq=41)

    read = after(failing, says(EXPIRY))

    assert read.obs_seq == 42
    assert (read.reason, read.fail_count, read.next_poll_at, read.lease_until) == (None, 0, None, None)


def test_a_good_reading_brings_every_fact_up_to_date() -> None:
    changed = license(version="20.0.9.1", sim_calls=4, seats=Seats(42, 32, 2), reseller="Another", active=False)

    read = after(state(), observation(changed, at=LATER))

    assert read.license == changed


@pytest.mark.parametrize("reason", list(Reason))
def test_a_failed_read_never_touches_what_the_last_good_one_said(reason: Reason) -> None:
    before = alerted()

    absorbed = take_in(before, failed(reason))

    assert absorbed.resolves == ()
    changed = {name for name in InstanceState.__slots__ if getattr(absorbed.state, name) != getattr(before, name)}
    assert changed <= WHAT_A_FAILURE_MAY_TOUCH


def test_a_failed_read_gives_the_token_back() -> None:
    assert after(state(lease_until=FAR), failed()).lease_until is None


def test_the_way_in_that_was_found_is_remembered_until_another_is() -> None:
    found = after(state(), replace(says(EXPIRY), way=Access.LEGACY))
    refused = after(found, failed(Reason.TIMEOUT), replace(failed(Reason.BAD_CREDENTIALS), way=Access.USER_LOGIN))

    assert (state().way, found.way, after(found, failed()).way) == (None, Access.LEGACY, Access.LEGACY)
    assert refused.way is Access.USER_LOGIN


def test_failures_of_one_reason_are_counted_and_another_reason_starts_anew() -> None:
    thrice = after(state(), failed(), failed(), failed())
    other = after(thrice, failed(Reason.TIMEOUT))

    assert (thrice.reason, thrice.fail_count) == (Reason.UNREACHABLE, 3)
    assert (other.reason, other.fail_count) == (Reason.TIMEOUT, 1)


@pytest.mark.fault("P14")
def test_after_three_bad_logins_in_a_row_a_pbx_is_tried_daily_only() -> None:
    bad = failed(Reason.BAD_CREDENTIALS)

    twice = after(state(), bad, bad)
    thrice = after(twice, bad)
    again = after(thrice, failed(Reason.BAD_CREDENTIALS, at=LATER + timedelta(days=1)))

    assert twice.next_poll_at is None
    assert thrice.next_poll_at == LATER + timedelta(days=1)
    assert again.next_poll_at == LATER + timedelta(days=2)


def test_a_pbx_that_cannot_be_reached_is_tried_at_every_poll() -> None:
    assert after(state(), *[failed()] * 50).next_poll_at is None


@pytest.mark.fault("P16")
def test_a_pbx_that_asks_for_time_is_left_alone_for_so_long() -> None:
    asked = after(state(), failed(Reason.UPGRADING, retry_after=900))

    assert asked.next_poll_at == LATER + timedelta(minutes=15)


def test_a_pbx_that_refuses_a_login_for_the_third_time_waits_a_day_whatever_it_asks_for() -> None:
    bad = failed(Reason.BAD_CREDENTIALS, retry_after=60)

    assert after(state(), bad, bad, bad).next_poll_at == LATER + timedelta(days=1)


def test_a_waiting_time_ends_with_the_next_failure_that_asks_for_none() -> None:
    assert after(state(), failed(retry_after=900), failed()).next_poll_at is None


def test_a_later_date_resolves_everything_that_was_sent() -> None:
    absorbed = take_in(alerted(), says(FAR))

    assert absorbed.resolves == (Resolve(Clock.LICENSE, 2, frozenset({ALERT_10, ALERT_3})),)
    renewed = absorbed.state.series[Clock.LICENSE]
    assert (renewed.cycle, renewed.claimed, renewed.open_alerts) == (2, None, frozenset())


def test_a_renewal_is_resolved_once_and_not_at_every_poll() -> None:
    renewed = take_in(alerted(), says(FAR))

    assert take_in(renewed.state, says(FAR)).resolves == ()


@pytest.mark.fault("N12")
def test_a_later_date_of_a_license_that_nobody_was_reminded_of_passes_in_silence() -> None:
    absorbed = take_in(state(), says(FAR))

    assert absorbed.resolves == ()
    assert absorbed.state.series[Clock.LICENSE].cycle == 2


@pytest.mark.parametrize("days", [4, 9, 10])
def test_a_later_date_within_the_widest_milestone_resolves_nothing_and_keeps_the_alerts(days: int) -> None:
    now = EXPIRY - timedelta(days=2, hours=1)
    nearer = now + timedelta(days=days)

    absorbed = take_in(alerted(), says(nearer, at=now))

    assert absorbed.resolves == ()
    assert absorbed.state.series[Clock.LICENSE].open_alerts == {ALERT_10, ALERT_3}
    assert absorbed.state.series[Clock.LICENSE].claimed is None


def test_a_date_just_beyond_the_widest_milestone_resolves() -> None:
    now = EXPIRY - timedelta(days=2, hours=1)

    assert take_in(alerted(), says(now + timedelta(days=11), at=now)).resolves


def test_alerts_that_were_carried_along_are_resolved_by_the_renewal_that_follows() -> None:
    carried = after(alerted(), says(EXPIRY + timedelta(days=2), at=EXPIRY - timedelta(days=2)))

    absorbed = take_in(carried, says(FAR, at=EXPIRY - timedelta(days=1)))

    assert absorbed.resolves == (Resolve(Clock.LICENSE, 3, frozenset({ALERT_10, ALERT_3})),)


def test_an_earlier_date_resolves_nothing() -> None:
    absorbed = take_in(alerted(), says(EXPIRY - timedelta(days=5)))

    assert absorbed.resolves == ()
    assert absorbed.state.series[Clock.LICENSE].open_alerts == {ALERT_10, ALERT_3}


def test_jitter_neither_resolves_nor_forgets_what_was_claimed() -> None:
    absorbed = take_in(alerted(), says(EXPIRY + timedelta(hours=23)))

    assert absorbed.resolves == ()
    assert absorbed.state.series[Clock.LICENSE].claimed == 3
    assert absorbed.state.license == license(expires_at=EXPIRY + timedelta(hours=23))


@pytest.mark.fault("P1")
def test_a_date_that_the_pbx_stops_giving_stays_in_force_and_resolves_nothing() -> None:
    before = alerted()

    absorbed = take_in(before, says(None))

    assert absorbed.resolves == ()
    assert absorbed.state.series == before.series
    assert absorbed.state.license == license(expires_at=EXPIRY)
    assert absorbed.state.note == "the PBX gave no expiration date any more"
    assert not absorbed.state.perpetual


@pytest.mark.fault("P1")
def test_a_license_that_was_dated_is_not_perpetual_because_only_maintenance_is_dated_now() -> None:
    read = after(alerted(), says(None, maintenance=MAINTENANCE_EXPIRY))

    assert not read.perpetual
    assert set(read.series) == {Clock.LICENSE, Clock.MAINTENANCE}


@pytest.mark.fault("P2")
def test_a_date_that_could_not_be_used_is_told_and_the_last_good_one_kept() -> None:
    seen = observation(license(expires_at=None), at=LATER, rejected=(("expires_at", "year 1"),))

    absorbed = take_in(alerted(), seen)

    assert absorbed.state.note == "the PBX gave an unusable expiration date (year 1)"
    assert absorbed.state.license == license(expires_at=EXPIRY)
    assert absorbed.resolves == ()


@pytest.mark.fault("P2")
def test_both_dates_may_be_unusable_and_both_are_told() -> None:
    before = state(license(maintenance_expires_at=MAINTENANCE_EXPIRY))
    rejected = (("expires_at", "no time zone"), ("maintenance_expires_at", "not a date"))

    read = after(before, observation(license(expires_at=None), at=LATER, rejected=rejected))

    assert read.notes == {
        Clock.LICENSE: "the PBX gave an unusable expiration date (no time zone)",
        Clock.MAINTENANCE: "the PBX gave an unusable maintenance date (not a date)",
    }
    assert read.note == "; ".join(read.notes.values())
    assert read.series == before.series


def test_a_maintenance_date_that_the_pbx_stops_giving_stays_in_force() -> None:
    before = state(license(maintenance_expires_at=MAINTENANCE_EXPIRY))

    read = after(before, says(EXPIRY))

    assert read.license == before.license
    assert read.notes == {Clock.MAINTENANCE: "the PBX gave no maintenance date any more"}


def test_a_note_ends_with_the_next_good_date() -> None:
    assert after(alerted(), says(None), says(EXPIRY)).note is None


def test_a_kept_date_that_comes_back_is_the_same_cycle_and_a_new_one_is_a_renewal() -> None:
    silent = after(alerted(), says(None))

    assert after(silent, says(EXPIRY)).series[Clock.LICENSE].claimed == 3
    assert take_in(silent, says(FAR)).resolves


def test_a_license_without_a_date_from_the_first_contact_runs_on_maintenance_alone() -> None:
    perpetual = after(never_read(), observation(perpetual_license()))

    assert perpetual.perpetual
    assert [speaking.clock for speaking in speaking_series(perpetual, NEW_YORK)] == [Clock.MAINTENANCE]
    assert perpetual.note is None


@pytest.mark.fault("P2")
def test_a_license_whose_first_date_is_unusable_is_not_perpetual_because_its_maintenance_is_dated() -> None:
    unusable = observation(perpetual_license(), rejected=(("expires_at", "year 1"),))

    read = after(never_read(), unusable, unusable)

    assert not read.perpetual
    assert set(read.series) == {Clock.MAINTENANCE}
    assert read.note == "the PBX gave an unusable expiration date (year 1)"
    assert after(read, observation(perpetual_license())).perpetual


def test_a_perpetual_license_stays_so_through_an_unusable_date() -> None:
    unusable = observation(perpetual_license(), rejected=(("expires_at", "year 1"),))

    read = after(state(perpetual_license()), unusable)

    assert read.perpetual
    assert read.note == "the PBX gave an unusable expiration date (year 1)"


def test_a_license_without_any_date_is_not_perpetual() -> None:
    unknown = after(never_read(), says(None))

    assert not unknown.perpetual
    assert unknown.series == {}


def test_a_perpetual_license_that_becomes_a_subscription_gets_a_license_series() -> None:
    subscribed = after(state(perpetual_license()), says(FAR, maintenance=MAINTENANCE_EXPIRY))

    assert not subscribed.perpetual
    assert subscribed.series[Clock.LICENSE] == series(expires_at=FAR)


def test_license_and_maintenance_are_renewed_each_for_itself() -> None:
    alert = "maintenance#000001#060"
    before = state(
        license(maintenance_expires_at=EXPIRY),
        running=[
            series(claimed=3, open_alerts=[ALERT_3]),
            series(Clock.MAINTENANCE, claimed=60, open_alerts=[alert]),
        ],
    )

    absorbed = take_in(before, says(EXPIRY, maintenance=FAR))

    assert absorbed.resolves == (Resolve(Clock.MAINTENANCE, 2, frozenset({alert})),)
    assert absorbed.state.series[Clock.LICENSE] == before.series[Clock.LICENSE]


def test_each_clock_is_measured_by_its_own_ladder() -> None:
    alert = "maintenance#000001#007"
    before = state(running=[series(Clock.MAINTENANCE, claimed=7, open_alerts=[alert])])

    in_sixty_days = take_in(before, says(None, maintenance=LATER + timedelta(days=60)))
    in_sixty_one = take_in(before, says(None, maintenance=LATER + timedelta(days=61)))

    assert in_sixty_days.resolves == ()
    assert [resolve.clock for resolve in in_sixty_one.resolves] == [Clock.MAINTENANCE]


def test_an_instance_that_was_deleted_and_came_back_continues_the_count_of_its_cycles() -> None:
    returned = replace(never_read(), last_cycles={Clock.LICENSE: 4})

    assert after(returned, says(EXPIRY)).series[Clock.LICENSE].cycle == 5


def test_an_old_lapse_at_first_sight_is_remembered_and_wakes_nobody() -> None:
    read = after(never_read(), says(NOW - timedelta(days=40)))

    assert read.series[Clock.LICENSE].claimed == EXPIRED


def test_how_long_past_a_first_date_is_counts_in_the_tenant_s_calendar() -> None:
    late_on_may_10_in_new_york = observation(license(expires_at=utc(2026, 5, 11, 2)))

    claimed = {
        zone: take_in(never_read(), late_on_may_10_in_new_york, zone).state.series[Clock.LICENSE].claimed
        for zone in (NEW_YORK, UTC_ZONE)
    }

    assert claimed == {NEW_YORK: EXPIRED, UTC_ZONE: None}


def test_how_long_past_a_later_date_is_counts_in_the_tenant_s_calendar() -> None:
    late_on_may_10_in_new_york = observation(license(expires_at=utc(2026, 5, 11, 2)))

    claimed = {
        zone: take_in(state(), late_on_may_10_in_new_york, zone).state.series[Clock.LICENSE].claimed
        for zone in (NEW_YORK, UTC_ZONE)
    }

    assert claimed == {NEW_YORK: EXPIRED, UTC_ZONE: None}


def test_whether_a_date_resolves_counts_in_the_tenant_s_calendar() -> None:
    before = state(running=[series(expires_at=NOW, claimed=3, open_alerts=[ALERT_3])])
    late_on_june_20_in_new_york = observation(license(expires_at=utc(2026, 6, 21, 2)))

    assert take_in(before, late_on_june_20_in_new_york, NEW_YORK).resolves == ()
    assert take_in(before, late_on_june_20_in_new_york, UTC_ZONE).resolves != ()


def test_a_changed_fact_is_recorded_is_news_and_is_remembered_as_left() -> None:
    absorbed = take_in(state(), observation(license(reseller="Another"), at=LATER))

    assert absorbed.changes == (Change("reseller", "Example Telecom", "Another"),)
    assert absorbed.news is True
    assert absorbed.state.left == {"reseller=Example Telecom": LATER}


def test_a_fact_that_comes_back_within_a_day_is_recorded_and_is_no_news() -> None:
    away = after(state(), observation(license(reseller="Another"), at=LATER))

    back = take_in(away, observation(license(), at=LATER + timedelta(hours=23)))
    late = take_in(away, observation(license(), at=LATER + timedelta(hours=24)))

    assert back.changes == late.changes == (Change("reseller", "Another", "Example Telecom"),)
    assert (back.news, late.news) == (False, True)
    assert late.state.left == {"reseller=Another": LATER + timedelta(hours=24)}


@pytest.mark.parametrize(
    ("moved_by", "shifts"),
    [
        (timedelta(days=365), (365,)),
        (timedelta(days=1), (1,)),
        (timedelta(days=91, hours=23), (91,)),
        (timedelta(hours=23), ()),
        (timedelta(0), ()),
        (timedelta(days=-5), ()),
    ],
    ids=str,
)
def test_a_license_date_that_moves_ahead_shifts_by_whole_days(moved_by: timedelta, shifts: tuple[int, ...]) -> None:
    assert take_in(state(), says(EXPIRY + moved_by)).shifts == shifts


def test_a_date_that_jitters_by_more_than_a_day_in_all_does_not_shift() -> None:
    early = after(state(), says(EXPIRY - timedelta(hours=23)))

    assert take_in(early, says(EXPIRY + timedelta(hours=23))).shifts == ()


def test_a_date_that_leaves_its_cycle_by_less_than_a_day_does_not_shift() -> None:
    late = after(state(), says(EXPIRY + timedelta(hours=23)))

    absorbed = take_in(late, says(EXPIRY + timedelta(hours=24)))

    assert absorbed.state.series[Clock.LICENSE].cycle == 2
    assert absorbed.shifts == ()


def test_neither_a_first_date_nor_maintenance_shifts() -> None:
    maintained = state(license(maintenance_expires_at=EXPIRY))

    assert take_in(never_read(), says(EXPIRY)).shifts == ()
    assert take_in(maintained, says(EXPIRY, maintenance=FAR)).shifts == ()


def test_changes_that_are_news_owe_one_row_and_each_resolve_owes_one() -> None:
    change = Change("reseller", "Example Telecom", "Another")
    resolve = Resolve(Clock.MAINTENANCE, 2, frozenset({"maintenance#000001#060"}), Answer.NO_EXPIRY)
    absorbed = Absorbed(state(obs_seq=17), (resolve,), (change,), news=True)

    assert list(owed_rows(absorbed, LATER)) == [
        LedgerRow(
            RowKey(ID, Clock.LICENSE, 17, None, change=True),
            RowState.PENDING,
            created_at=LATER,
            due_at=LATER,
            changes=(change,),
        ),
        LedgerRow(
            RowKey(ID, Clock.MAINTENANCE, 2, None),
            RowState.PENDING,
            created_at=LATER,
            due_at=LATER,
            alerts=resolve.alerts,
            answer=Answer.NO_EXPIRY,
        ),
    ]


def test_changes_that_are_no_news_owe_no_row() -> None:
    recorded = Absorbed(state(), changes=(Change("license date", "2026-06-20", "2027-06-20"),))

    assert list(owed_rows(recorded, LATER)) == []


@pytest.mark.fault("P1")
@given(readings)
def test_no_sequence_of_readings_ever_loses_a_date_or_turns_back_a_cycle(taken: list[Reading]) -> None:
    remembered = alerted()

    for reading in taken:
        read = after(remembered, reading)
        assert set(read.series) >= set(remembered.series)
        assert all(read.series[clock].cycle >= known.cycle for clock, known in remembered.series.items())
        assert read.license is not None
        assert read.license.expires_at == read.series[Clock.LICENSE].expires_at
        remembered = read


@given(readings)
def test_every_alert_is_open_or_resolved_and_never_both(taken: list[Reading]) -> None:
    remembered, resolved = alerted(), set[str]()

    for reading in taken:
        absorbed = take_in(remembered, reading)
        remembered = absorbed.state
        for resolve in absorbed.resolves:
            assert not resolve.alerts & resolved
            resolved |= resolve.alerts

    assert remembered.series[Clock.LICENSE].open_alerts | resolved == {ALERT_10, ALERT_3}
    assert not remembered.series[Clock.LICENSE].open_alerts & resolved
