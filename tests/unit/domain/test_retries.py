"""When a PBX that could not be read is visited again."""

from datetime import timedelta

import pytest
from lapsewatch.domain.license import FailedRead, Reason
from lapsewatch.domain.retries import not_before
from lapsewatch.domain.streaks import GOOD, UNUSABLE_DATE, Streak

from tests.builders import NOW

DAY = timedelta(days=1)


def wait(reason: Reason, *streaks: Streak, retry_after: int | None = None) -> timedelta | None:
    """Return how long a PBX is left alone after this failure, which is the first of the streaks."""
    until = not_before(FailedRead(NOW, reason, retry_after=retry_after), streaks or (Streak(reason.value, NOW),))
    return until - NOW if until else None


def streak(outcome: str, readings: int) -> Streak:
    return Streak(outcome, NOW, readings)


@pytest.mark.fault("P14")
@pytest.mark.parametrize(
    ("streaks", "waits"),
    [
        ([streak("bad_credentials", 2)], None),
        ([streak("bad_credentials", 3)], DAY),
        ([streak("bad_credentials", 40)], DAY),
        ([streak("bad_credentials", 1), streak("timeout", 9), streak("bad_credentials", 2)], DAY),
        ([streak("bad_credentials", 1), streak("two_factor", 1), streak("bad_credentials", 1)], DAY),
        ([streak("bad_credentials", 2), streak(GOOD, 1), streak("bad_credentials", 2)], None),
        ([streak("bad_credentials", 2), streak(UNUSABLE_DATE, 1), streak("bad_credentials", 2)], None),
    ],
)
def test_three_refused_sign_ins_since_the_last_good_read_have_a_pbx_tried_daily(
    streaks: list[Streak], waits: timedelta | None
) -> None:
    assert wait(Reason.BAD_CREDENTIALS, *streaks) == waits


def test_a_second_factor_that_is_asked_for_again_and_again_counts_as_a_refusal() -> None:
    assert wait(Reason.TWO_FACTOR, streak("two_factor", 3)) == DAY


def test_another_failure_after_three_refusals_is_tried_at_the_next_poll() -> None:
    assert wait(Reason.TIMEOUT, streak("timeout", 1), streak("bad_credentials", 3)) is None


@pytest.mark.fault("P16")
def test_a_pbx_is_left_alone_for_as_long_as_it_asks() -> None:
    assert wait(Reason.UPGRADING, retry_after=900) == timedelta(minutes=15)
    assert wait(Reason.UPGRADING, retry_after=0) == timedelta(0)


@pytest.mark.fault("P17")
def test_an_upgrade_that_does_not_say_how_long_it_takes_gets_five_minutes() -> None:
    assert wait(Reason.UPGRADING) == timedelta(minutes=5)


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.UPGRADING}))
def test_every_other_first_failure_is_tried_at_the_next_poll(reason: Reason) -> None:
    assert wait(reason) is None
