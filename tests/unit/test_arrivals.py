"""The topic's messages as a queue hands them over, good and bad."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.arrivals import arrivals_of
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.digests import Digest, digest_of
from lapsewatch.domain.messages import Arrival, Malformed, Message, Trigger
from lapsewatch.domain.moves import Summary, Sweep, summary_of
from lapsewatch.domain.notices import Notice

from tests.builders import ID, NOW, notice, sqs_event

GOOD: dict[str, Any] = json.loads(form_of(notice()).bodies["default"])


def arrived(body: str) -> Arrival:
    [arrival] = arrivals_of(sqs_event(body))
    return arrival


def message_in(body: str) -> Message:
    message = arrived(body).message
    assert isinstance(message, Message), message
    return message


def complaint(body: str) -> str:
    message = arrived(body).message
    assert isinstance(message, Malformed), message
    return message.reason


def published(of: Notice | Digest | Summary) -> str:
    """Return a message as a queue gets it from the topic."""
    return form_of(of).bodies["default"]


ALL: dict[str, Notice | Digest | Summary] = {
    "reminder": notice(),
    "expired": notice(0),
    "resolved": notice(None),
    "digest": digest_of([notice(), notice(0), notice(None)], "https://page.example", NOW),
    "moved": summary_of(Sweep(NOW, {90: 12}), "https://page.example"),
}


@pytest.mark.parametrize("name", ALL)
def test_whatever_is_published_is_understood_and_passed_on_as_it_was(name: str) -> None:
    message = message_in(published(ALL[name]))

    assert message.document == json.loads(published(ALL[name]))
    assert message.event_id == ALL[name].event_id


def test_a_hand_over_keeps_what_the_queue_needs_to_know() -> None:
    arrival = arrived("anything")

    assert (arrival.message_id, arrival.receipt, arrival.receives, arrival.body) == ("m0", "receipt-m0", 1, "anything")


@pytest.mark.fault("N10")
def test_a_trigger_is_told_by_its_instance_clock_and_cycle() -> None:
    assert message_in(published(notice())).triggers == (Trigger(ID, Clock.LICENSE, 1),)
    assert message_in(published(notice(0))).triggers == (Trigger(ID, Clock.LICENSE, 1),)
    assert message_in(published(notice(None))).triggers == ()
    assert len(message_in(published(ALL["digest"])).triggers) == 2


def test_fields_that_a_newer_version_adds_are_passed_on() -> None:
    message = message_in(json.dumps({**GOOD, "mood": {"deep": [1, None, "ü"]}}))

    assert message.document == {**GOOD, "mood": {"deep": [1, None, "ü"]}}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"event"',
        "\ud800",
        "[" * 100_000,
        '{"event": "reminder", "x": ' + "[" * 100_000,
        json.dumps({**GOOD, "name": "\ud800"}),
        json.dumps({**GOOD, "event": "party"}),
        json.dumps({"event": "digest", "event_id": "digest:1", "notices": []}),
        json.dumps({"event": "digest", "event_id": "digest:1", "notices": [GOOD, {"event": "moved", "event_id": "x"}]}),
        json.dumps({"event": "moved"}),
    ],
    ids=lambda body: ascii(body)[:32],
)
def test_what_is_no_message_is_told_and_stops_nothing(body: str) -> None:
    before, bad, after = arrivals_of(sqs_event(published(notice()), body, published(notice(0))))

    assert isinstance(bad.message, Malformed)
    assert isinstance(before.message, Message)
    assert isinstance(after.message, Message)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_id", ""),
        ("event_id", "a\r\nX-Evil: 1"),
        ("event_id", "ü"),
        ("event_id", "x" * 257),
        ("event_id", 7),
        ("instance_id", "../x"),
        ("instance_id", None),
        ("clock", "hosting"),
        ("clock", None),
        ("cycle", "1"),
        ("cycle", 1.0),
        ("cycle", 0),
        ("cycle", None),
        ("severity", "LOUD"),
    ],
)
def test_a_field_that_is_used_and_wrong_is_named_without_its_value(field: str, value: object) -> None:
    words = complaint(json.dumps({**GOOD, field: value}))

    assert words.startswith(f"reminder.{field}: ")
    assert "Evil" not in words


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_no_text_breaks_the_reading(body: str) -> None:
    assert isinstance(arrived(body).message, Malformed)
