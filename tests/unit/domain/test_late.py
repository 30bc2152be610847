"""Triggers that come after the end of their cycle, and what is left of the messages they were in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.late import asked_about, is_late, without_late
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.messages import Message, Told, Trigger
from lapsewatch.domain.state import InstanceState

from tests.builders import ID, never_read, series, state

LICENSE = Trigger(ID, Clock.LICENSE, 1)
RENEWED = state(running=[series(cycle=2)])


def reminder(instance_id: str = ID, event: Event = Event.REMINDER, severity: Severity = Severity.INFO) -> Told:
    return Told(event, severity, {"instance_id": instance_id}, Trigger(instance_id, Clock.LICENSE, 1))


def news(event: Event, instance_id: str = ID) -> Told:
    return Told(event, Severity.INFO, {"instance_id": instance_id})


def told_since(_: Told) -> bool:
    return True


def alone(notice: Told) -> Message:
    return Message("id-1", notice.document, (notice,))


def digest(*notices: Told, **more: Any) -> Message:
    document = {"event": "digest", "severity": "CRITICAL", "text": "all of them", **more}
    return Message("digest:1", {**document, "notices": [notice.document for notice in notices]}, notices)


@pytest.mark.fault("N10")
@pytest.mark.parametrize(
    ("now", "late"),
    [
        pytest.param(state(), False, id="its cycle runs"),
        pytest.param(state(enabled=False), False, id="paused"),
        pytest.param(RENEWED, True, id="renewed"),
        pytest.param(state(deleted=True), True, id="removed"),
        pytest.param(state(running=[]), True, id="accepted to have no end"),
        pytest.param(state(running=[series(Clock.MAINTENANCE)]), True, id="only the other clock runs"),
        pytest.param(never_read(), True, id="removed and added anew"),
        pytest.param(None, False, id="its state cannot be read"),
    ],
)
def test_a_trigger_is_late_once_its_cycle_is_over(now: InstanceState | None, late: bool) -> None:
    assert is_late(LICENSE, now) is late


@pytest.mark.fault("N10")
@given(st.integers(1, 9), st.integers(1, 9))
def test_only_the_running_cycle_of_the_same_clock_counts(told: int, runs: int) -> None:
    now = state(running=[series(cycle=runs), series(Clock.MAINTENANCE, cycle=told)])

    assert is_late(Trigger(ID, Clock.LICENSE, told), now) is (told != runs)


@pytest.mark.fault("N10")
@pytest.mark.parametrize("event", [Event.REMINDER, Event.EXPIRED])
def test_a_late_trigger_is_left_out(event: Event) -> None:
    assert without_late(alone(reminder(event=event)), {ID: RENEWED}, told_since) is None


@pytest.mark.parametrize("event", [Event.RESOLVED, Event.CHANGED])
def test_what_settles_or_tells_news_is_never_late(event: Event) -> None:
    message = alone(news(event))

    assert without_late(message, {ID: state(deleted=True)}, told_since) == message


def test_a_message_about_no_single_instance_is_never_late() -> None:
    summary = Message("moved:1", {"event": "moved"})

    assert without_late(summary, {}, told_since) == summary


@pytest.mark.fault("N10")
def test_a_digest_without_a_late_notice_stays_as_it_was() -> None:
    whole = digest(reminder("a"), reminder("b"))

    assert without_late(whole, {"a": state(), "b": state()}, told_since) == whole


@pytest.mark.fault("N10")
def test_a_digest_goes_on_without_its_late_notices_and_says_no_more_than_is_in_it() -> None:
    lapsed = reminder("gone", Event.EXPIRED, Severity.CRITICAL)
    whole = digest(lapsed, reminder("b", severity=Severity.WARNING), news(Event.RESOLVED, "c"), page_url="https://p")

    left = without_late(whole, {"gone": RENEWED, "b": state(), "c": RENEWED}, told_since)

    assert left is not None
    assert left.event_id == "digest:1"
    assert left.document == {
        "event": "digest",
        "severity": "WARNING",
        "text": "2 license notices, 1 settled",
        "notices": [{"instance_id": "b"}, {"instance_id": "c"}],
        "page_url": "https://p",
    }


@pytest.mark.fault("N10")
def test_a_digest_of_late_notices_only_is_left_out_whole() -> None:
    whole = digest(reminder("a"), reminder("b"))

    assert without_late(whole, {"a": RENEWED, "b": state(deleted=True)}, told_since) is None


def resolve(cycle: object = 2, clock: object = "license", event: Event = Event.RESOLVED) -> Told:
    return Told(event, Severity.INFO, {"instance_id": ID, "clock": clock, "cycle": cycle})


@pytest.mark.fault("N10")
@pytest.mark.parametrize(
    ("now", "late"),
    [
        pytest.param(state(running=[series(cycle=2, claimed=10)]), True, id="its own cycle has reminded"),
        pytest.param(state(running=[series(cycle=3)]), False, id="the later cycle has opened nothing"),
        pytest.param(state(running=[series(cycle=3, claimed=0)]), True, id="the later cycle has told of its lapse"),
        pytest.param(state(running=[series(cycle=3, claimed=10)]), True, id="the later cycle has reminded"),
        pytest.param(state(running=[series(cycle=1, claimed=10)]), False, id="it comes before its own cycle is seen"),
        pytest.param(state(running=[series(Clock.MAINTENANCE, cycle=3, claimed=7)]), False, id="of the other clock"),
        pytest.param(state(running=[]), False, id="nothing runs"),
        pytest.param(None, False, id="its state cannot be read"),
    ],
)
def test_a_resolve_is_late_once_a_later_cycle_has_reminded(now: InstanceState | None, late: bool) -> None:
    left = without_late(alone(resolve()), {} if now is None else {ID: now}, told_since)

    assert (left is None) is late


@pytest.mark.fault("N10")
def test_a_resolve_is_not_late_if_nobody_was_told_of_the_later_cycle() -> None:
    assert (
        without_late(alone(resolve()), {ID: state(running=[series(cycle=3, claimed=0)])}, lambda _: False) is not None
    )


@pytest.mark.parametrize(
    "strange", [resolve(cycle="2"), resolve(cycle=None), resolve(clock="moon"), resolve(clock=None)]
)
def test_a_resolve_of_which_the_cycle_is_not_known_is_never_late(strange: Told) -> None:
    assert without_late(alone(strange), {ID: state(running=[series(cycle=3, claimed=10)])}, told_since) is not None


def test_a_change_is_never_late_and_needs_no_state() -> None:
    change = resolve(event=Event.CHANGED)

    assert without_late(alone(change), {ID: state(running=[series(cycle=3, claimed=10)])}, told_since) is not None
    assert asked_about(digest(change, resolve(), reminder("a"), Told(Event.RESOLVED, Severity.INFO, {}))) == {ID, "a"}
