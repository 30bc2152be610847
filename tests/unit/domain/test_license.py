"""Seats as people count them, a remedy for every reason, and keys that nobody can copy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.license import REMEDIES, TITLES, Reason, Seats, masked, title_of

counts = st.integers(0, 2**31)


@pytest.mark.parametrize(
    ("used", "limit", "percent"),
    [
        (9, 40, 23),
        (42, 32, 131),
        (0, 40, 0),
        (40, 40, 100),
        (1, 1, 100),
        (1, 200, 1),
        (1, 201, 0),
        (1, 8, 13),
        (3, 8, 38),
        (120, 100, 120),
    ],
)
def test_usage_is_rounded_half_up_and_may_pass_a_hundred(used: int, limit: int, percent: int) -> None:
    assert Seats(used, limit).percent == percent


@pytest.mark.fault("P21")
@pytest.mark.parametrize(
    "seats", [Seats(), Seats(used=9), Seats(limit=40), Seats(9, 0), Seats(0, 0), Seats(9, -1)], ids=str
)
def test_without_a_usable_limit_there_is_no_percentage(seats: Seats) -> None:
    assert seats.percent is None


def test_no_users_are_told_from_unknown_users() -> None:
    assert Seats(0, 40).percent == 0
    assert Seats(None, 40).percent is None


@pytest.mark.parametrize(
    ("used", "ai", "human"), [(9, 0, 9), (9, 2, 7), (0, 0, 0), (2, 9, 0), (9, None, None), (None, 2, None)]
)
def test_people_are_the_users_that_are_no_machines(used: int | None, ai: int | None, human: int | None) -> None:
    assert Seats(used, 40, ai).human == human


@given(counts, counts)
def test_percentages_are_whole_and_within_half_of_the_truth(used: int, limit: int) -> None:
    percent = Seats(used, limit).percent

    if limit == 0:
        assert percent is None
    else:
        assert percent is not None
        assert -limit < 2 * (100 * used - percent * limit) + 1 <= limit + 1


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_can_be_done(reason: Reason) -> None:
    assert len(REMEDIES[reason]) > 20
    assert REMEDIES[reason].endswith(".")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("8SGW-7XFG-2R4K-9Q1S", "····-····-····-9Q1S"),
        ("8SGW9", "·SGW9"),
        ("8SGW", "····"),
        ("8-W", "·-·"),
        ("", ""),
    ],
)
def test_a_masked_key_shows_its_end_only_and_a_short_one_nothing(key: str, shown: str) -> None:
    assert masked(key) == shown


def test_every_reason_has_words_and_a_remedy() -> None:
    assert set(TITLES) == set(Reason) == set(REMEDIES)
    assert len(set(TITLES.values())) == len(TITLES)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("tls_expired", "certificate expired"), ("eaten_by_a_dog", "eaten by a dog"), (None, "unknown reason")],
)
def test_a_reason_that_only_a_later_version_knows_is_told_by_its_value(reason: str | None, words: str) -> None:
    assert title_of(reason) == words
