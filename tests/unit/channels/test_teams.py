"""A message as an Adaptive Card: within what Teams takes, and without any markup."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from lapsewatch.adapters.channels.teams.form import form_of
from lapsewatch.domain.messages import Message

from tests.unit.channels.hostile import messages
from tests.unit.channels.messages import MESSAGES, many, message_of, notice
from tests.unit.channels.services import teams_faults


def card(message: Message) -> Any:
    return form_of(message)["attachments"][0]["content"]


def said(element: Any) -> str:
    """Return the text of an element of a card."""
    if isinstance(element, list):
        return "\n".join(map(said, element))
    own: str = element.get("text", "")
    return own + said(element.get("items", [])) + "".join(map(said, element.get("inlines", [])))


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_teams_takes_every_kind_of_message(message: Message) -> None:
    assert teams_faults(form_of(message)) == []


@settings(max_examples=60, deadline=None)
@given(messages)
def test_teams_takes_a_message_with_any_name_and_reads_no_name_as_markup(message: Message) -> None:
    assert teams_faults(form_of(message)) == []


@pytest.mark.parametrize("name", ["Northwind", "\U0001f9b7" * 300])
def test_a_digest_that_is_too_large_tells_the_most_urgent_and_how_many_more(name: str) -> None:
    body = card(message_of(many(300, name, name)))["body"]

    told = [part for part in body if part["type"] == "Container"]
    assert "EXPIRED" in said(body[1]) or name != "Northwind"
    assert said(body[-1]).startswith("… and ")
    assert int(said(body[-1]).split()[2]) >= 300 - len(told)
    assert len(json.dumps(body)) > 15_000, "most of the room is used"


def test_what_is_renewed_is_green_and_what_is_critical_stands_out() -> None:
    colors = [card(MESSAGES[kind])["body"][0]["inlines"][0]["color"] for kind in ("resolved", "expired", "changed")]

    assert colors == ["Good", "Attention", "Warning"]


def test_whoever_reads_it_can_open_and_renew() -> None:
    assert [(action["title"], action["url"]) for action in card(MESSAGES["reminder"])["actions"]] == [
        ("Renew", "https://licenses.example.com/instances/northwind/renew"),
        ("Open to refresh", "https://licenses.example.com/#instance-northwind"),
    ]
    assert [action["title"] for action in card(MESSAGES["digest"])["actions"]] == ["Open"]


def test_a_name_that_looks_like_a_link_stays_a_name() -> None:
    name = "[Renew](https://evil.example)"

    [headline] = card(message_of(notice(name=name)))["body"][0]["inlines"]

    assert headline["type"] == "TextRun"
    assert headline["text"].startswith(name)
