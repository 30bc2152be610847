"""Which ways in are tried, and in which order."""

import pytest
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import Reason
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.ways import known_way, ways_in

API, USER, LEGACY, AUTO = Access.API_CLIENT, Access.USER_LOGIN, Access.LEGACY, Access.AUTO
NAMED = PbxSecret("lapsewatch", "x")


def after(way: Access | None, reason: Reason | None = None) -> InstanceState:
    return InstanceState("northwind", way=way, reason=reason)


@pytest.mark.parametrize("access", [API, USER, LEGACY])
def test_an_instance_that_names_its_way_is_entered_by_no_other(access: Access) -> None:
    assert ways_in(access, NAMED, after(API)) == (access,)


@pytest.mark.parametrize(
    ("user", "first"), [("900", USER), ("pat@example.com", USER), ("lapsewatch", API), ("client-1", API)]
)
def test_the_likeliest_way_comes_first(user: str, first: Access) -> None:
    ways = ways_in(AUTO, PbxSecret(user, "x"))

    assert ways[0] is first
    assert sorted(ways) == sorted([API, USER, LEGACY])
    assert ways[-1] is LEGACY


def test_credentials_that_say_what_they_are_for_are_used_for_nothing_else() -> None:
    assert ways_in(AUTO, PbxSecret("x", "y", API), after(LEGACY)) == (API,)


@pytest.mark.parametrize("way", [API, USER, LEGACY])
def test_what_worked_comes_first_and_what_refused_comes_last(way: Access) -> None:
    assert ways_in(AUTO, NAMED, after(way))[0] is way
    assert ways_in(AUTO, NAMED, after(way, Reason.TIMEOUT))[0] is way
    assert ways_in(AUTO, NAMED, after(way, Reason.TWO_FACTOR))[0] is way
    assert ways_in(AUTO, NAMED, after(way, Reason.BAD_CREDENTIALS))[-1] is way


@pytest.mark.parametrize("way", [API, USER])
def test_what_worked_is_not_tried_in_the_other_way_of_its_version(way: Access) -> None:
    assert ways_in(AUTO, NAMED, after(way)) == (way, LEGACY)
    assert ways_in(AUTO, NAMED, after(way, Reason.API_NOT_LICENSED)) == (way, LEGACY)


def test_a_console_may_be_replaced_by_version_20_any_day() -> None:
    assert ways_in(AUTO, NAMED, after(LEGACY)) == (LEGACY, API, USER)


@pytest.mark.parametrize("way", [None, API, USER, LEGACY])
@pytest.mark.parametrize("reason", [None, *Reason])
def test_no_way_is_tried_twice_in_a_visit(way: Access | None, reason: Reason | None) -> None:
    ways = ways_in(AUTO, NAMED, after(way, reason))

    assert len(set(ways)) == len(ways) > 0
    assert AUTO not in ways


def test_the_way_of_an_instance_is_its_own_or_the_one_that_was_found() -> None:
    assert known_way(LEGACY, after(API)) is LEGACY
    assert known_way(AUTO, after(API)) is API
    assert known_way(AUTO, after(None)) is None
