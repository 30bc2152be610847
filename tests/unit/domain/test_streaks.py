"""What the last readings came to, as it is remembered."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.license import FailedRead, Reading, Reason
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.reading import absorb
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.streaks import GOOD, MOST, UNUSABLE_DATE, Streak, lengthened

from tests.builders import NEW_YORK, NOW, license, never_read, observation

HOUR = timedelta(hours=1)

outcomes = st.lists(st.sampled_from([None, Reason.TIMEOUT, Reason.UPGRADING]), max_size=40)


def hourly(*outcomes: Reason | None) -> InstanceState:
    """Return the state after one reading an hour, None being a good one."""
    state = never_read()
    for number, outcome in enumerate(outcomes):
        at = NOW + number * HOUR
        reading: Reading = observation(at=at) if outcome is None else FailedRead(at, outcome)
        state = absorb(state, reading, DEFAULT_RULES, NEW_YORK).state
    return state


def test_readings_that_come_to_the_same_are_one_streak() -> None:
    state = hourly(None, None, Reason.TIMEOUT, Reason.TIMEOUT, Reason.TIMEOUT, None)

    assert state.streaks == (
        Streak(GOOD, NOW + 5 * HOUR),
        Streak("timeout", NOW + 2 * HOUR, 3),
        Streak(GOOD, NOW, 2),
    )


def test_a_good_reading_with_an_unusable_date_is_an_outcome_of_its_own() -> None:
    silent = observation(license(expires_at=None), at=NOW + HOUR)

    state = absorb(hourly(None), silent, DEFAULT_RULES, NEW_YORK).state

    assert [streak.outcome for streak in state.streaks] == [UNUSABLE_DATE, GOOD]


def test_failing_goes_on_through_other_reasons_and_ends_with_a_good_reading() -> None:
    failing = hourly(None, Reason.TIMEOUT, Reason.UPGRADING, Reason.TIMEOUT)
    recovered = hourly(None, Reason.TIMEOUT, Reason.UPGRADING, Reason.TIMEOUT, None)

    assert (failing.failing_since, failing.tried_at) == (NOW + HOUR, NOW + 3 * HOUR)
    assert (recovered.failing_since, recovered.tried_at) == (None, NOW + 4 * HOUR)


def test_when_failing_began_is_known_longer_than_the_streaks_are() -> None:
    restless = hourly(*[Reason.TIMEOUT, Reason.UPGRADING] * MOST)

    assert restless.failing_since == NOW
    assert restless.streaks[-1].since > NOW


def test_a_failure_that_was_stored_without_its_beginning_gets_no_invented_one() -> None:
    from_before = InstanceState("northwind", reason=Reason.TIMEOUT, fail_count=7)

    after = absorb(from_before, FailedRead(NOW, Reason.TIMEOUT), DEFAULT_RULES, NEW_YORK).state

    assert after.failing_since is None


@given(outcomes)
def test_streaks_are_few_alternate_and_never_count_a_reading_twice(outcomes: list[Reason | None]) -> None:
    state = hourly(*outcomes)

    found = [streak.outcome for streak in state.streaks]
    assert len(found) <= MOST
    assert all(one != other for one, other in pairwise(found))
    counted = sum(streak.readings for streak in state.streaks)
    assert counted == len(outcomes) or (len(found) == MOST and counted < len(outcomes))
    assert [streak.since for streak in state.streaks] == sorted({s.since for s in state.streaks}, reverse=True)


@given(outcomes)
def test_the_latest_streak_says_what_the_state_says(outcomes: list[Reason | None]) -> None:
    state = hourly(*outcomes)

    assert (state.failing_since is not None) == (state.reason is not None)
    if state.reason is not None:
        assert (state.streaks[0].outcome, state.streaks[0].readings) == (state.reason.value, state.fail_count)


def test_the_oldest_streak_is_forgotten_first() -> None:
    full = tuple(Streak(str(number), NOW) for number in range(MOST))

    assert lengthened(full, "new", NOW) == (Streak("new", NOW), *full[:-1])
