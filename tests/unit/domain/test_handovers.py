"""Hand-overs by the notice that they are about, and who heard of what."""

from dataclasses import replace

import pytest
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing, by_row, heard_before, outrun, overtakes
from lapsewatch.domain.ledger import RowKey

from tests.builders import ID, NOW, row_key


def told(milestone: int | None, cycle: int, standing: Standing = Standing.DELIVERED, **more: object) -> Handover:
    key = HandoverKey(replace(row_key(milestone, cycle=cycle), **more), "noc")  # type: ignore[arg-type]
    return Handover(key, "x", NOW, standing)


def test_the_hand_overs_of_a_notice_are_in_the_order_of_routes_and_what_escalated_last() -> None:
    keys = [
        HandoverKey(row_key(1), "noc", escalated=True), HandoverKey(row_key(10), "chat"),
        HandoverKey(row_key(1), "noc"), HandoverKey(row_key(1), "boss"),
        HandoverKey(row_key(1), "boss", escalated=True),
    ]  # fmt: skip
    handovers = {key: Handover(key, "x", NOW) for key in keys}

    found = by_row(handovers.values())

    assert found == {
        row_key(1): [handovers[keys[at]] for at in (3, 2, 4, 0)],
        row_key(10): [handovers[keys[1]]],
    }


@pytest.mark.parametrize(
    ("known", "heard"),
    [
        pytest.param([told(1, 3, clock=Clock.MAINTENANCE)], False, id="of the other clock"),
        pytest.param([told(None, 2, change=True)], False, id="a change"),
        pytest.param([told(1, 2), told(None, 3, change=True)], True, id="a change settles nothing"),
        pytest.param([told(1, 1), told(1, 2, Standing.BY_TOPIC)], True, id="a later trigger settles nothing"),
        pytest.param([told(1, 3), told(None, 4)], True, id="the resolve itself was begun before"),
        pytest.param([told(1, 2), told(None, 3), told(None, 2)], False, id="the latest resolve counts"),
        pytest.param([told(1, 1)], True, id="the first cycle"),
    ],
)
def test_only_a_trigger_of_the_clock_since_the_last_resolve_is_heard_of(known: list[Handover], heard: bool) -> None:
    resolve = RowKey(ID, Clock.LICENSE, 4, None)

    assert heard_before(resolve, known, {"noc"}) == (frozenset({"noc"}) if heard else frozenset())


def test_a_declared_route_has_heard_until_it_was_told_of_a_renewal_itself() -> None:
    elsewhere = told(None, 3)
    elsewhere = replace(elsewhere, key=replace(elsewhere.key, route="chat"))

    heard = heard_before(RowKey(ID, Clock.LICENSE, 4, None), [told(1, 2), elsewhere], {"noc", "chat"})

    assert heard == {"noc"}


def test_a_trigger_of_the_cycle_that_a_resolve_names_is_heard_of() -> None:
    assert heard_before(RowKey(ID, Clock.LICENSE, 4, None), [told(1, 4)], {"noc"}) == {"noc"}


@pytest.mark.parametrize(("resolved", "heard"), [(3, {"noc"}), (4, {"noc"}), (5, set())])
def test_a_route_that_is_no_more_has_heard_until_any_other_was_told_of_a_renewal(
    resolved: int, heard: set[str]
) -> None:
    elsewhere = told(None, resolved)
    elsewhere = replace(elsewhere, key=replace(elsewhere.key, route="chat"))

    assert heard_before(RowKey(ID, Clock.LICENSE, 6, None), [told(1, 4), elsewhere], {"chat"}) == heard


WAITING = told(1, 3, Standing.WAITING)


@pytest.mark.fault("N7")
@pytest.mark.parametrize(
    ("handover", "may"),
    [
        pytest.param(WAITING, True, id="waiting"),
        pytest.param(replace(WAITING, key=replace(WAITING.key, escalated=True)), True, id="escalated"),
        pytest.param(replace(WAITING, key=replace(WAITING.key, route="chat")), False, id="on another route"),
        pytest.param(told(1, 3), False, id="delivered"),
        pytest.param(told(1, 4, Standing.WAITING), False, id="of the cycle that the resolve opened"),
        pytest.param(told(1, 3, Standing.WAITING, clock=Clock.MAINTENANCE), False, id="of the other clock"),
        pytest.param(told(None, 3, Standing.WAITING), False, id="a resolve"),
    ],
)
def test_a_resolve_waits_for_the_triggers_of_its_route_that_may_be_on_their_way(handover: Handover, may: bool) -> None:
    assert overtakes(RowKey(ID, Clock.LICENSE, 4, None), "noc", [handover]) is may


@pytest.mark.fault("N10")
@pytest.mark.parametrize(
    ("handover", "route", "is_"),
    [
        pytest.param(told(1, 5), "noc", True, id="a later cycle"),
        pytest.param(told(1, 4), "noc", True, id="the cycle that it opened"),
        pytest.param(told(1, 5), None, True, id="on any route"),
        pytest.param(told(1, 5), "chat", False, id="on another route"),
        pytest.param(told(1, 3), "noc", False, id="what it answers"),
        pytest.param(told(None, 5), "noc", False, id="another resolve"),
        pytest.param(told(1, 5, clock=Clock.MAINTENANCE), "noc", False, id="the other clock"),
        pytest.param(told(1, 5, Standing.LATE), "noc", False, id="it was late itself"),
    ],
)
def test_a_resolve_is_outrun_by_what_readers_were_told_of_later_cycles(
    handover: Handover, route: str | None, is_: bool
) -> None:
    assert outrun(RowKey(ID, Clock.LICENSE, 4, None), route, [handover]) is is_
