"""Messages as pagers take them: what opens goes by the key that closes it, whatever happens in between."""

from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from lapsewatch.adapters.channels.opsgenie import form as opsgenie
from lapsewatch.adapters.channels.pagerduty import form as pagerduty
from lapsewatch.domain.messages import Message

from tests.unit.channels.hostile import messages
from tests.unit.channels.messages import MESSAGES, many, message_of, of_document
from tests.unit.channels.services import opsgenie_faults, pagerduty_faults

KEY = "lapsewatch:northwind:license"


def incident(kind: str) -> Any:
    [call] = pagerduty.form_of(MESSAGES[kind]).values()
    return call.body


def alert(kind: str) -> Any:
    [call] = opsgenie.form_of(MESSAGES[kind]).values()
    return call.body


def faults(message: Message) -> list[str]:
    """Return what either pager finds wrong."""
    events, alerts = pagerduty.form_of(message).values(), opsgenie.form_of(message).values()
    found = [fault for call in events for fault in pagerduty_faults(call.path, call.body)]
    return found + [fault for call in alerts for fault in opsgenie_faults(call.path, call.body)]


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_pagers_take_every_kind_of_message(message: Message) -> None:
    assert [
        pagerduty_faults(call.path, call.body) for call in pagerduty.form_of(message).values() if _faulty(call)
    ] == []
    assert [call for call in opsgenie.form_of(message).values() if opsgenie_faults(call.path, call.body)] == []


def _faulty(call: Any) -> bool:
    return bool(pagerduty_faults(call.path, call.body))


@settings(max_examples=60, deadline=None)
@given(messages)
def test_pagers_take_a_message_with_any_name(message: Message) -> None:
    assert faults(message) == []


def test_every_milestone_the_lapse_and_the_renewal_go_by_one_dedup_key() -> None:
    kinds = ("reminder", "last-reminder", "expired", "resolved", "removed")

    events = [(incident(kind)["event_action"], incident(kind)["dedup_key"]) for kind in kinds]

    assert events == [("trigger", KEY)] * 3 + [("resolve", KEY)] * 2


def test_severities_become_those_of_the_pager() -> None:
    kinds = ("reminder", "maintenance", "expired")

    assert [incident(kind)["payload"]["severity"] for kind in kinds] == ["info", "warning", "critical"]
    assert [alert(kind)["priority"] for kind in kinds] == ["P5", "P3", "P1"]


def test_a_renewal_closes_the_alert_by_its_alias() -> None:
    [close] = opsgenie.form_of(MESSAGES["resolved"]).values()

    assert unquote(close.path) == f"/v2/alerts/{KEY}/close?identifierType=alias"
    assert alert("reminder")["alias"] == alert("expired")["alias"] == KEY


def test_an_alias_cannot_lead_to_another_place() -> None:
    document = dict(MESSAGES["resolved"].document) | {"dedup_key": "../../v1/x?y#z"}

    [close] = opsgenie.form_of(of_document(document)).values()

    assert close.path == "/v2/alerts/..%2F..%2Fv1%2Fx%3Fy%23z/close?identifierType=alias"


@pytest.mark.parametrize("kind", ["changed", "moved", "test"])
def test_what_is_no_incident_is_a_change_event(kind: str) -> None:
    [call] = pagerduty.form_of(MESSAGES[kind]).values()

    assert call.path == "/v2/change/enqueue"
    assert "event_action" not in call.body


def test_a_digest_is_one_event_for_each_notice_the_most_urgent_first() -> None:
    message = message_of(many(25))

    calls = list(pagerduty.form_of(message).values())

    assert len(calls) == len(opsgenie.form_of(message)) == 25
    assert len({call.body["dedup_key"] for call in calls}) == 25
    assert [call.body.get("payload", {}).get("severity", "resolved") for call in calls] == [
        *["critical"] * 10,
        *["warning"] * 5,
        *["info"] * 5,
        *["resolved"] * 5,
    ]


def test_an_incident_tells_what_is_known_and_where_to_go() -> None:
    body = incident("reminder")

    assert body["payload"]["custom_details"] == {
        "Instance": "Northwind Cardiology (northwind.3cx.us)",
        "Customer": "Northwind Health",
        "License ends": "Saturday, June 20, 2026 (America/New_York), 10 days left",
        "What to do": "When the license lapses, 3CX limits or stops this phone system.\n"
        "Renew it, then press Refresh on the status page so that the PBX picks it up.",
    }
    assert [link["text"] for link in body["links"]] == ["Renew", "Open to refresh"]
    assert body["payload"]["timestamp"] == "2026-06-10T13:00:00Z"
