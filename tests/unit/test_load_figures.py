"""What a run under load makes of what it saw: the right share, and a fault wherever there is one."""

import pytest

from bench.load.figures import Answer, percentile, server_faults, spread, statuses
from bench.load.pbxs import came, healthy


def answer(status: int = 200, seconds: float = 0.001) -> Answer:
    return Answer(status, seconds, seconds, seconds)


def pbx(logins: int, **more: str) -> dict[str, object]:
    facts = {"mode": "ok", "certificate": "good", "access": "api_client", **more}
    return {**facts, "counters": {"logins": logins}}


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_seen(share: float, value: float) -> None:
    assert percentile(range(100, 0, -1), share) == value


def test_nothing_seen_is_nothing_taken() -> None:
    assert spread([]) == ["0.0", "0.0", "0.0"]


def test_one_failed_answer_among_many_is_a_fault() -> None:
    assert server_faults("pages", [answer()] * 99) == []
    assert server_faults("pages", [answer(429), answer(404)]) == []
    assert server_faults("pages", [*[answer()] * 99, answer(502)]) == ["pages: 1 answers are 5xx"]


def test_statuses_are_counted() -> None:
    assert statuses([answer(304), answer(), answer(304)]) == "1 x 200, 2 x 304"


def test_who_came_meanwhile_is_counted_by_the_pbxs() -> None:
    before, after = {"a": pbx(3), "b": pbx(0)}, {"a": pbx(5), "b": pbx(0)}

    assert came(before, after) == {"a": 2, "b": 0}


def test_only_what_answers_and_can_be_refreshed_is_held_to_it() -> None:
    known = {"a": pbx(0), "b": pbx(0, mode="hang"), "c": pbx(0, access="legacy"), "d": pbx(0, certificate="expired")}

    assert healthy(known) == ["a"]
