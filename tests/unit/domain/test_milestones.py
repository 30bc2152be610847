"""The ladders: how many days before, and how loudly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.milestones import DEFAULT_LADDERS, DEFAULT_RULES, EXPIRED, Ladder, ladder_from, ladder_of

ladders = st.sets(st.integers(1, 366), min_size=1, max_size=6).map(ladder_of)


def test_licenses_are_announced_10_3_and_1_days_before_and_maintenance_60_30_and_7() -> None:
    assert DEFAULT_LADDERS[Clock.LICENSE].days == (10, 3, 1)
    assert DEFAULT_LADDERS[Clock.MAINTENANCE].days == (60, 30, 7)
    assert DEFAULT_RULES.hour == 8


@pytest.mark.parametrize("days", [(10, 3, 1), (1, 3, 10), (3, 10, 1), (3, 1, 10)])
def test_the_order_in_which_milestones_are_set_does_not_matter(days: tuple[int, ...]) -> None:
    assert ladder_of(days) == Ladder((10, 3, 1))


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        ((), "name at least one milestone"),
        ((10, 10), "a milestone is named twice"),
        ((10, 3, 10), "a milestone is named twice"),
        ((10, 0), "a milestone is a number of days from 1 to 366"),
        ((10, -1), "a milestone is a number of days from 1 to 366"),
        ((367,), "a milestone is a number of days from 1 to 366"),
    ],
)
def test_an_unusable_ladder_is_refused_in_words(days: tuple[int, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        ladder_of(days)


def test_a_year_ahead_is_the_widest_and_a_day_the_tightest_that_is_allowed() -> None:
    assert ladder_of((366, 1)).days == (366, 1)


@pytest.mark.parametrize(
    ("clock", "milestone", "severity"),
    [
        (Clock.LICENSE, 10, Severity.INFO),
        (Clock.LICENSE, 3, Severity.WARNING),
        (Clock.LICENSE, 1, Severity.CRITICAL),
        (Clock.LICENSE, EXPIRED, Severity.CRITICAL),
        (Clock.MAINTENANCE, 60, Severity.INFO),
        (Clock.MAINTENANCE, 30, Severity.WARNING),
        (Clock.MAINTENANCE, 7, Severity.CRITICAL),
        (Clock.MAINTENANCE, EXPIRED, Severity.CRITICAL),
    ],
)
def test_a_milestone_is_louder_the_tighter_it_is(clock: Clock, milestone: int, severity: Severity) -> None:
    assert DEFAULT_LADDERS[clock].severity(milestone) is severity


def test_the_wide_milestones_of_a_long_ladder_are_all_for_information() -> None:
    ladder = ladder_of((90, 60, 30, 7, 1))

    assert [ladder.severity(days) for days in (90, 60, 30)] == [Severity.INFO] * 3


def test_a_ladder_of_one_milestone_is_critical() -> None:
    assert ladder_of((14,)).severity(14) is Severity.CRITICAL


@pytest.mark.parametrize(("gone", "severity"), [(60, Severity.INFO), (5, Severity.INFO), (2, Severity.WARNING)])
def test_a_milestone_that_the_setting_lost_is_no_quieter_than_a_wider_one(gone: int, severity: Severity) -> None:
    assert ladder_of((10, 3, 1)).severity(gone) is severity


@given(ladders)
def test_a_ladder_falls_from_its_widest_to_its_tightest(ladder: Ladder) -> None:
    assert list(ladder.days) == sorted(set(ladder.days), reverse=True)
    assert (ladder.widest, ladder.tightest) == (max(ladder.days), min(ladder.days))


@given(ladders)
def test_severity_never_falls_as_the_end_comes_nearer(ladder: Ladder) -> None:
    loudness = [list(Severity).index(ladder.severity(days)) for days in (*ladder.days, EXPIRED)]

    assert loudness == sorted(loudness)


@pytest.mark.parametrize("text", ["10,3,1", " 1, 3 ,10 ", "3,10,1"])
def test_a_ladder_is_read_from_days_with_commas_between(text: str) -> None:
    assert ladder_from(text) == Ladder((10, 3, 1))


@pytest.mark.parametrize("text", ["", "10,", "10;3;1", "10 3 1", "ten", "10,-3", "10.0", "\u0661", "\u00b2"])
def test_a_text_that_is_no_ladder_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"^give whole days separated by commas, such as 10,3,1$"):
        ladder_from(text)
