"""What a channel would show, as plain HTML made of the very payload: a preview, not the look of the service."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from lapsewatch.adapters.channels.email import form as email
from lapsewatch.adapters.channels.opsgenie import form as opsgenie
from lapsewatch.adapters.channels.pagerduty import form as pagerduty
from lapsewatch.adapters.channels.post import Call
from lapsewatch.adapters.channels.slack import form as slack
from lapsewatch.adapters.channels.teams import form as teams
from lapsewatch.domain.cards import card_of
from lapsewatch.domain.messages import Message

STYLE = """
body { margin: 0; background: #e9ecf1; color: #1d2430; font: 15px/1.45 Arial, Helvetica, sans-serif }
main { width: 720px; padding: 16px; display: grid; gap: 12px }
.card { background: #fff; border: 1px solid #cfd5df; border-radius: 6px; padding: 14px 16px }
.card p, h2, dl { margin: 6px 0 } h2 { font-size: 17px }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px }
.small, footer { color: #5a6475; font-size: 13px } footer { padding: 0 2px }
.button { display: inline-block; margin: 6px 8px 0 0; padding: 5px 12px; border: 1px solid #9aa4b4; border-radius: 4px }
.Attention { color: #b3261e } .Good { color: #1b6e3c } .Warning { color: #8a5a00 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px }
dt { color: #5a6475 } dd { margin: 0; overflow-wrap: anywhere }
"""
BOLD, LINK = re.compile(r"\*([^*\n]+)\*"), re.compile(r"<([^|>\s]+)\|([^>]+)>")


def preview_of(kind: str, messages: Sequence[Message]) -> str:
    """Return a page of what a kind of channel makes of some messages."""
    cards = "".join(f'<div class="card">{KINDS[kind](message)}</div>' for message in messages)
    note = (
        f"Preview of what Lapsewatch sends to {NAMES[kind]}, made of the payload; the service shows it in its own look."
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><style>{STYLE}</style><main>{cards}<footer>{note}</footer></main>'


def mail_of(message: Message) -> str:
    """Return the HTML of a mail, byte for byte."""
    return email.html_of(card_of(message))


def _slack(message: Message) -> str:
    return "".join(map(_block, slack.form_of(message)["blocks"]))


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{escape(block['text']['text'])}</h2>"
        case "section" if "fields" in block:
            return f'<div class="fields">{"".join(f"<div>{_mrkdwn(f)}</div>" for f in block["fields"])}</div>'
        case "section":
            return f"<p>{_mrkdwn(block['text'])}</p>"
        case "context":
            return f'<p class="small">{" ".join(map(_mrkdwn, block["elements"]))}</p>'
        case "actions":
            return "".join(_button(element["text"]["text"]) for element in block["elements"])
    raise ValueError(f"no preview of the block {block['type']}")


def _mrkdwn(text: dict[str, str]) -> str:
    # Slack's text is escaped as HTML is; what it has of its own are bold words and links.
    linked = LINK.sub(r"<u>\2</u>", text["text"])
    return BOLD.sub(r"<b>\1</b>", linked).replace("\n", "<br>")


def _teams(message: Message) -> str:
    [attachment] = teams.form_of(message)["attachments"]
    card = attachment["content"]
    return "".join(map(_element, card["body"])) + "".join(_button(action["title"]) for action in card["actions"])


def _element(element: dict[str, Any]) -> str:
    if element["type"] == "Container":
        return "<hr>" + "".join(map(_element, element["items"]))
    return f"<p>{''.join(map(_run, element['inlines']))}</p>"


def _run(run: dict[str, Any]) -> str:
    looks = " ".join([run.get("color", ""), "small" if run.get("isSubtle") else ""]).strip()
    text = f'<span class="{looks}">{escape(run["text"])}</span>'
    text = f"<b>{text}</b>" if run.get("weight") == "Bolder" else text
    return f'<span style="font-size:18px">{text}</span>' if run.get("size") == "Large" else text


def _calls(calls: dict[str, Call]) -> str:
    return "".join(
        f"<p><b>POST {escape(call.path)}</b></p><dl>{''.join(_rows(call.body))}</dl>" for call in calls.values()
    )


def _rows(body: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _rows(value, f"{above}{name}.")
        else:
            told = "\n".join(map(_told, value)) if isinstance(value, list) else str(value)
            yield f"<dt>{escape(above + name)}</dt><dd>{escape(told).replace(chr(10), '<br>')}</dd>"


def _told(value: Any) -> str:
    return f"{value['text']}: {value['href']}" if isinstance(value, dict) else str(value)


def _button(name: str) -> str:
    return f'<span class="button">{escape(name)}</span>'


KINDS: dict[str, Callable[[Message], str]] = {
    "slack": _slack,
    "teams": _teams,
    "pagerduty": lambda message: _calls(pagerduty.form_of(message)),
    "opsgenie": lambda message: _calls(opsgenie.form_of(message)),
}
NAMES = {"slack": "Slack", "teams": "Teams", "pagerduty": "PagerDuty", "opsgenie": "Opsgenie"}
