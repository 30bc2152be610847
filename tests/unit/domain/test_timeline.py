"""Both clocks in the order of time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.explanation import explain
from lapsewatch.domain.ledger import LedgerRow, RowState
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.timeline import Point, Sign, timeline

from tests.builders import (
    EXPIRY,
    NOW,
    instance,
    license,
    never_read,
    row,
    series,
    state,
    utc,
)

DAY = timedelta(days=1)


def points_of(known: InstanceState, rows: Iterable[LedgerRow] = (), now: datetime = NOW) -> list[Point]:
    whole = Watched(instance(enabled=known.enabled), known)
    return list(timeline(explain(whole, rows, DEFAULT_RULES, now), whole, DEFAULT_RULES, now))


def signs(known: InstanceState, rows: Iterable[LedgerRow] = (), now: datetime = NOW) -> list[tuple[int | None, str]]:
    return [(point.milestone, point.sign.value) for point in points_of(known, rows, now)]


def test_milestones_expiry_and_now_stand_in_the_order_of_time() -> None:
    both = state(license(maintenance_expires_at=EXPIRY + 40 * DAY))

    points = points_of(both)

    assert [(point.clock, point.milestone) for point in points] == [
        (Clock.MAINTENANCE, 60),
        (Clock.LICENSE, 10),
        (None, None),
        (Clock.LICENSE, 3),
        (Clock.LICENSE, 1),
        (Clock.LICENSE, 0),
        (Clock.MAINTENANCE, 30),
        (Clock.MAINTENANCE, 7),
        (Clock.MAINTENANCE, 0),
    ]
    assert [point.days for point in points] == [-10, 0, 0, 7, 9, 10, 20, 43, 50]
    assert [point.is_expiry for point in points].count(True) == 2


def test_a_milestone_stands_at_the_reminder_hour_of_the_tenant() -> None:
    [three] = [point for point in points_of(state()) if point.milestone == 3]

    assert three.at == utc(2026, 6, 17, 12)


def test_what_was_sent_waits_or_comes_is_told_apart() -> None:
    claimed = state(running=[series(claimed=3)])
    rows = [row(10, is_now=RowState.SENT, sent_at=NOW), row(3)]

    assert signs(claimed, rows) == [(10, "sent"), (None, "now"), (3, "waiting"), (1, "coming"), (0, "coming")]


def test_a_milestone_that_a_tighter_one_took_the_place_of_is_superseded() -> None:
    late = state(running=[series(claimed=1)])
    rows = [row(3, is_now=RowState.SUPERSEDED), row(1, is_now=RowState.DEAD)]

    assert signs(late, rows)[:4] == [(10, "superseded"), (None, "now"), (3, "superseded"), (1, "failed")]


def test_of_those_that_are_due_only_the_tightest_still_comes() -> None:
    assert signs(state(), now=EXPIRY - 2 * DAY) == [
        (10, "superseded"),
        (3, "waiting"),
        (None, "now"),
        (1, "coming"),
        (0, "coming"),
    ]


def test_a_date_long_past_at_first_sight_was_never_told() -> None:
    history = state(running=[series(claimed=0)])

    assert signs(history, now=EXPIRY + 40 * DAY)[-2:] == [(0, "not_sent"), (None, "now")]


def test_an_acknowledged_cycle_is_silent_but_for_its_end() -> None:
    taken = Acknowledgement("Kim", "ordered", NOW, None)
    quiet = state(running=[replace(series(claimed=10), acknowledged=taken)])

    assert signs(quiet, [row(10, is_now=RowState.SENT)]) == [
        (10, "sent"),
        (None, "now"),
        (3, "silent"),
        (1, "coming"),
        (0, "coming"),
    ]


def test_an_acknowledgement_that_ends_before_a_milestone_leaves_it_to_come() -> None:
    taken = Acknowledgement("Kim", "ordered", NOW, date(2026, 6, 15))
    quiet = state(running=[replace(series(claimed=10), acknowledged=taken)])

    assert (3, "coming") in signs(quiet, [row(10, is_now=RowState.SENT)])


def test_what_a_paused_instance_owes_is_paused() -> None:
    assert {sign for _, sign in signs(state(enabled=False)) if sign != "now"} == {"paused"}


def test_of_two_clocks_that_end_on_one_day_the_second_shows_its_end_only() -> None:
    shared = state(license(maintenance_expires_at=EXPIRY + timedelta(hours=2)))

    maintenance = [point for point in points_of(shared) if point.clock is Clock.MAINTENANCE]

    assert [(point.milestone, point.sign) for point in maintenance] == [(0, Sign.NOT_SENT)]


def test_without_a_date_there_is_no_timeline() -> None:
    assert points_of(never_read()) == []


def test_earlier_cycles_are_left_to_the_ledger() -> None:
    third = state(running=[series(cycle=3)])

    assert len(points_of(third, [row(10, cycle=2, is_now=RowState.SENT), row(None, cycle=3)])) == 5


@given(st.integers(-400, 400), st.integers(-400, 400), st.sampled_from([None, 10, 3, 1, 0]))
def test_every_running_clock_ends_once_and_now_is_there_once(
    license_days: int, maintenance_days: int, claimed: int | None
) -> None:
    known = state(
        running=[
            series(expires_at=NOW + license_days * DAY, claimed=claimed),
            series(Clock.MAINTENANCE, expires_at=NOW + maintenance_days * DAY),
        ]
    )

    points = points_of(known)

    assert [point.at for point in points] == sorted(point.at for point in points)
    assert sorted(point.clock.value for point in points if point.clock and point.is_expiry) == [
        "license",
        "maintenance",
    ]
    assert [point.sign for point in points].count(Sign.NOW) == 1
