"""A message as blocks: within Slack's limits, and without any markup that is not ours."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from lapsewatch.adapters.channels.slack.form import ITEMS, form_of, mrkdwn
from lapsewatch.domain.lines import units
from lapsewatch.domain.messages import Message

from tests.unit.channels.hostile import messages
from tests.unit.channels.messages import MESSAGES, many, message_of, notice
from tests.unit.channels.services import slack_faults

LINK = re.compile(r"<https://licenses\.example\.com/[!#-;=?-~]*\|(Open|Open to refresh|Renew)>")


def texts(block: Any) -> list[str]:
    """Return every text that Slack reads as markup."""
    if isinstance(block, dict):
        own = [block["text"]] if block.get("type") == "mrkdwn" else []
        return own + [text for value in block.values() for text in texts(value)]
    return [text for part in block for text in texts(part)] if isinstance(block, list) else []


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slack_takes_every_kind_of_message(message: Message) -> None:
    assert slack_faults(form_of(message)) == []


@settings(max_examples=60, deadline=None)
@given(messages)
def test_slack_takes_a_message_with_any_name_and_no_name_becomes_markup(message: Message) -> None:
    form = form_of(message)

    assert slack_faults(form) == []
    for text in [form["text"], *texts(form["blocks"])]:
        assert not re.search("[<>]", LINK.sub("", text))
        assert not re.search("&(?!amp;|lt;|gt;)", text)


def test_a_mention_in_a_name_mentions_nobody() -> None:
    form = form_of(message_of(notice(name="<!channel> & <@U1>")))

    assert form["text"].startswith("&lt;!channel&gt; &amp; &lt;@U1&gt;: license")
    assert {name: form["blocks"][1]["fields"][0][name] for name in ("type", "verbatim")} == {
        "type": "mrkdwn",
        "verbatim": True,
    }


@pytest.mark.parametrize("room", range(2, 40))
def test_an_escape_is_never_cut_in_two(room: int) -> None:
    text = mrkdwn("a&b<c>d" * 9, room)

    assert units(text) <= room
    assert not re.search("&(?!amp;|lt;|gt;)", text)


def test_a_digest_of_more_than_has_room_tells_the_most_urgent_and_how_many_more() -> None:
    form = form_of(message_of(many(300)))

    said = texts(form["blocks"])
    assert len(form["blocks"]) == 50
    assert f"… and {300 - ITEMS} more." in said
    assert "EXPIRED" in said[0]
    assert slack_faults(form) == []


def test_whoever_reads_it_can_open_and_renew() -> None:
    [actions] = [block for block in form_of(MESSAGES["reminder"])["blocks"] if block["type"] == "actions"]

    assert [(button["text"]["text"], button["url"]) for button in actions["elements"]] == [
        ("Renew", "https://licenses.example.com/instances/northwind/renew"),
        ("Open to refresh", "https://licenses.example.com/#instance-northwind"),
    ]
