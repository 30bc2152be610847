"""The ledger: what each notice is called, and what becomes of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import (
    KEPT,
    LEASE,
    LONGEST_BACKOFF,
    Event,
    RowKey,
    RowState,
    Verdict,
    backoff,
    judge_change,
    judge_reminder,
    judge_resolve,
    looked_at_again,
    settled_state,
)

from tests.builders import EXPIRY, ID, NOW, row, row_key, series, state

FINAL = [found for found in RowState if found is not RowState.PENDING]


def test_a_notice_is_named_by_clock_cycle_and_milestone() -> None:
    assert row_key(10, cycle=3).alert == "license#000003#010"
    assert row_key(0, clock=Clock.MAINTENANCE).alert == "maintenance#000001#000"
    assert row_key(None, cycle=4).alert == "license#000004#R"
    assert RowKey(ID, Clock.LICENSE, 17, None, change=True).alert == "license#000017#C"


@given(st.sampled_from(Clock), st.integers(1, 999_999), st.none() | st.integers(0, 366))
def test_a_notice_is_known_again_by_its_name(clock: Clock, cycle: int, milestone: int | None) -> None:
    for key in (RowKey(ID, clock, cycle, milestone), RowKey(ID, clock, cycle, None, change=True)):
        assert RowKey.of_alert(ID, key.alert) == key


@given(st.integers(1, 999_998), st.integers(0, 365))
def test_the_names_of_a_clock_sort_as_its_cycles_and_milestones_do(cycle: int, milestone: int) -> None:
    assert row_key(milestone, cycle=cycle).alert < row_key(milestone + 1, cycle=cycle).alert
    assert row_key(milestone, cycle=cycle).alert < row_key(None, cycle=cycle).alert
    assert row_key(None, cycle=cycle).alert < row_key(0, cycle=cycle + 1).alert


@pytest.mark.fault("D5")
@pytest.mark.parametrize("text", ["", "license", "license#1", "hosting#1#10", "license#x#10", "license#1#x", "a#1#2#3"])
def test_a_text_that_names_no_notice_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any reason will do
        RowKey.of_alert(ID, text)


@pytest.mark.parametrize(
    ("milestone", "event"), [(10, Event.REMINDER), (1, Event.REMINDER), (0, Event.EXPIRED), (None, Event.RESOLVED)]
)
def test_a_milestone_reminds_the_lapse_expires_and_no_milestone_resolves(milestone: int | None, event: Event) -> None:
    assert row_key(milestone).event is event


@pytest.mark.parametrize("found", list(RowState))
def test_every_state_but_pending_is_final(found: RowState) -> None:
    assert row(is_now=found).settled is (found is not RowState.PENDING)


def test_a_change_is_what_happened_to_a_change_notice() -> None:
    assert RowKey(ID, Clock.LICENSE, 17, None, change=True).event is Event.CHANGED


def test_a_reminder_whose_debt_still_stands_is_sent() -> None:
    assert judge_reminder(row(10), state(running=[series(claimed=10)]), None, silent=False) is Verdict.SEND


def test_a_reminder_of_a_cycle_that_was_acknowledged_meanwhile_is_parked() -> None:
    assert judge_reminder(row(10), state(running=[series(claimed=10)]), None, silent=True) is Verdict.PARK


def test_a_reminder_that_a_tighter_one_overtook_is_superseded_even_in_silence() -> None:
    assert judge_reminder(row(10), state(running=[series(claimed=3)]), None, silent=True) is Verdict.SUPERSEDE


@pytest.mark.fault("N8")
def test_a_reminder_of_a_cycle_that_ended_is_cancelled() -> None:
    assert judge_reminder(row(10), state(running=[series(cycle=2)]), None, silent=False) is Verdict.CANCEL


def test_a_reminder_of_a_deleted_instance_is_cancelled() -> None:
    deleted = state(running=[series(claimed=10)], deleted=True, enabled=False)

    assert judge_reminder(row(10), deleted, None, silent=False) is Verdict.CANCEL


def test_a_reminder_of_a_clock_that_does_not_run_is_cancelled() -> None:
    assert (
        judge_reminder(row(30, clock=Clock.MAINTENANCE), state(running=[series()]), None, silent=False)
        is Verdict.CANCEL
    )


@pytest.mark.fault("L1")
def test_a_reminder_of_a_paused_instance_is_parked_and_not_lost() -> None:
    assert (
        judge_reminder(row(10), state(running=[series(claimed=10)], enabled=False), None, silent=False) is Verdict.PARK
    )


def test_a_reminder_of_a_paused_instance_that_was_renewed_is_cancelled() -> None:
    assert (
        judge_reminder(row(10), state(running=[series(cycle=2)], enabled=False), None, silent=False) is Verdict.CANCEL
    )


@pytest.mark.parametrize("claimed", [3, 1, 0])
def test_a_reminder_that_a_tighter_one_overtook_is_superseded(claimed: int) -> None:
    assert judge_reminder(row(10), state(running=[series(claimed=claimed)]), None, silent=False) is Verdict.SUPERSEDE


def test_the_notice_of_the_lapse_is_overtaken_by_nothing() -> None:
    assert judge_reminder(row(0), state(running=[series(claimed=0)]), None, silent=False) is Verdict.SEND


@pytest.mark.parametrize("tightest", [3, 1, 0])
def test_a_reminder_waits_to_be_superseded_once_a_tighter_window_is_in(tightest: int) -> None:
    assert judge_reminder(row(10), state(running=[series(claimed=10)]), tightest, silent=False) is Verdict.PARK
    assert judge_reminder(row(10), state(running=[series(claimed=10)]), 10, silent=False) is Verdict.SEND


def test_a_moved_time_within_the_cycle_does_not_cancel_a_reminder() -> None:
    jittered = state(running=[series(claimed=10, anchor=EXPIRY, expires_at=EXPIRY + timedelta(hours=3))])

    assert judge_reminder(row(10), jittered, None, silent=False) is Verdict.SEND


@pytest.mark.fault("N7")
def test_a_resolve_waits_until_all_its_reminders_are_settled() -> None:
    assert judge_resolve([row(10, is_now=RowState.SENT), row(3)], cleared=True) is Verdict.WAIT


@pytest.mark.fault("N8")
def test_a_resolve_of_reminders_that_nobody_can_have_heard_is_cancelled() -> None:
    unheard = [row(10, is_now=RowState.CANCELLED), row(3, is_now=RowState.SUPERSEDED)]

    assert judge_resolve(unheard, cleared=True) is Verdict.CANCEL
    assert judge_resolve([], cleared=True) is Verdict.CANCEL


@pytest.mark.fault("N9")
@pytest.mark.parametrize("heard", [RowState.SENT, RowState.MAYBE, RowState.DEAD])
def test_a_resolve_is_sent_if_one_of_its_reminders_may_have_been_heard(heard: RowState) -> None:
    assert judge_resolve([row(10, is_now=RowState.CANCELLED), row(3, is_now=heard)], cleared=True) is Verdict.SEND


def test_a_resolve_waits_while_what_it_says_is_not_true_any_more() -> None:
    assert judge_resolve([row(10, is_now=RowState.SENT)], cleared=False) is Verdict.WAIT


def test_a_reminder_whose_row_has_expired_counts_as_heard() -> None:
    assert judge_resolve([None, row(10, is_now=RowState.CANCELLED)], cleared=True) is Verdict.SEND


def test_what_waits_is_looked_at_when_what_it_waits_for_may_be_settled() -> None:
    soon, late = NOW + timedelta(minutes=6), NOW + timedelta(hours=5)

    assert looked_at_again(NOW, []) == NOW + timedelta(hours=1)
    assert looked_at_again(NOW, [row(10, due_at=soon), row(3, due_at=late)]) == soon
    assert looked_at_again(NOW, [row(10, due_at=late), row(3, due_at=NOW)]) == NOW + timedelta(hours=1)


@given(st.lists(st.sampled_from(RowState)))
def test_a_resolve_never_leaves_before_its_reminders(found: list[RowState]) -> None:
    verdict = judge_resolve([row(is_now=one) for one in found], cleared=True)

    assert (verdict is Verdict.WAIT) == (RowState.PENDING in found)


def test_a_change_notice_is_parked_by_a_pause_and_cancelled_by_a_removal() -> None:
    assert judge_change(state()) is Verdict.SEND
    assert judge_change(state(enabled=False)) is Verdict.PARK
    assert judge_change(state(enabled=False, deleted=True)) is Verdict.CANCEL


@pytest.mark.parametrize(
    ("verdict", "attempts", "expected"),
    [
        (Verdict.CANCEL, 0, RowState.CANCELLED),
        (Verdict.SUPERSEDE, 0, RowState.SUPERSEDED),
        (Verdict.CANCEL, 1, RowState.MAYBE),
        (Verdict.SUPERSEDE, 2, RowState.MAYBE),
    ],
)
def test_after_an_attempt_nobody_knows_whether_a_notice_was_heard(
    verdict: Verdict, attempts: int, expected: RowState
) -> None:
    assert settled_state(verdict, row(attempts=attempts)) is expected
    assert expected in FINAL


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (1_000, 60), (10**9, 60)]
)
def test_a_refused_notice_rests_twice_as_long_each_time_and_an_hour_at_most(attempts: int, minutes: int) -> None:
    assert backoff(attempts) == timedelta(minutes=minutes)
    assert backoff(attempts) <= LONGEST_BACKOFF


def test_a_lease_outlives_the_longest_run_and_a_settled_row_outlives_a_cycle() -> None:
    assert timedelta(seconds=300) < LEASE
    assert timedelta(days=366) < KEPT
