"""What the services say about a request, by their own documentation: nothing, or all that is wrong with it."""

import json
import re
from collections.abc import Iterator
from typing import Any


def _long(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def slack_faults(body: Any) -> list[str]:
    """Return what Slack would call `invalid_payload` or `invalid_blocks`."""
    return list(_slack_faults(body))


def _slack_faults(body: Any) -> Iterator[str]:
    if set(body) != {"text", "blocks"} or not 0 < _long(body["text"]) <= 4000:
        yield "text"
    if not 0 < len(body["blocks"]) <= 50:
        yield "too many blocks"
    for block in body["blocks"]:
        yield from _SLACK_BLOCKS[block["type"]](block)


def _header(block: Any) -> Iterator[str]:
    if block["text"]["type"] != "plain_text" or not 0 < _long(block["text"]["text"]) <= 150:
        yield "header"


def _section(block: Any) -> Iterator[str]:
    fields = block.get("fields", [])
    if len(fields) > 10 or (not fields and "text" not in block):
        yield "section without text, or with too many fields"
    for text, limit in [*((field, 2000) for field in fields), *((block[n], 3000) for n in ("text",) if n in block)]:
        if text["type"] != "mrkdwn" or not 0 < _long(text["text"]) <= limit:
            yield f"a text of {_long(text['text'])}"


def _context(block: Any) -> Iterator[str]:
    if not 0 < len(block["elements"]) <= 10:
        yield "context"


def _actions(block: Any) -> Iterator[str]:
    ids = [element["action_id"] for element in block["elements"]]
    if not 0 < len(ids) <= 25 or len(set(ids)) != len(ids):
        yield "actions"
    for button in block["elements"]:
        if button["type"] != "button" or _long(button["text"]["text"]) > 75 or _long(button["url"]) > 3000:
            yield "button"


_SLACK_BLOCKS = {"header": _header, "section": _section, "context": _context, "actions": _actions}


def teams_faults(body: Any) -> list[str]:
    """Return why a workflow would fail, or its card would look other than meant."""
    return list(_teams_faults(body))


def _teams_faults(body: Any) -> Iterator[str]:
    if len(json.dumps(body)) > 28_000:
        yield "larger than 28 KB"
    if set(body) != {"type", "attachments"} or body["type"] != "message" or len(body["attachments"]) != 1:
        yield "envelope"
    [attachment] = body["attachments"]
    if attachment["contentType"] != "application/vnd.microsoft.card.adaptive":
        yield "content type"
    card = attachment["content"]
    if (card["type"], card["version"]) != ("AdaptiveCard", "1.4") or not card["body"]:
        yield "card"
    for action in card["actions"]:
        if action["type"] != "Action.OpenUrl" or not action["url"].startswith("https://"):
            yield "action"
    yield from _body_faults(card["body"])


def _body_faults(body: Any) -> Iterator[str]:
    for element in _elements(body):
        if element["type"] == "TextRun":
            if not element["text"]:
                yield "empty run"
        elif element["type"] not in {"RichTextBlock", "Container", "Action.OpenUrl"}:
            yield f"an element that may read Markdown: {element['type']}"


def _elements(node: Any) -> Iterator[Any]:
    for part in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        yield from _elements(part)
    if isinstance(node, dict):
        yield node


def pagerduty_faults(path: str, body: Any) -> list[str]:
    """Return what makes an event invalid."""
    return list(_change_faults(body) if path == "/v2/change/enqueue" else _alert_faults(path, body))


def _alert_faults(path: str, body: Any) -> Iterator[str]:
    if path != "/v2/enqueue" or body["event_action"] not in {"trigger", "resolve"}:
        yield "path or action"
    if not 0 < len(body["dedup_key"]) <= 255:
        yield "dedup_key"
    if body["event_action"] == "trigger":
        yield from _payload_faults(body, {"critical", "error", "warning", "info"})


def _change_faults(body: Any) -> Iterator[str]:
    if set(body) - {"routing_key", "payload", "links"}:
        yield "a field that change events lack"
    yield from _payload_faults(body, {None})


def _payload_faults(body: Any, severities: set[str | None]) -> Iterator[str]:
    payload = body["payload"]
    if not 0 < _long(payload["summary"]) <= 1024 or not payload["source"]:
        yield "summary or source"
    if payload.get("severity") not in severities:
        yield "severity"
    if any(set(link) != {"href", "text"} for link in body["links"]):
        yield "links"
    if len(json.dumps(body)) > 512_000:
        yield "larger than 512 KB"


def opsgenie_faults(path: str, body: Any) -> list[str]:
    """Return what Opsgenie would answer 422 to."""
    return list(_close_faults(path, body) if "close" in path else _create_faults(path, body))


def _create_faults(path: str, body: Any) -> Iterator[str]:
    if path != "/v2/alerts" or set(body) - _OPSGENIE_FIELDS:
        yield "path or field"
    limits = {"message": 130, "alias": 512, "description": 15_000, "entity": 512, "source": 100}
    for name, limit in limits.items():
        if name in body and not 0 < _long(body[name]) <= limit:
            yield name
    if body["priority"] not in {"P1", "P2", "P3", "P4", "P5"}:
        yield "priority"
    if sum(_long(name) + _long(value) for name, value in body.get("details", {}).items()) > 8000:
        yield "details"
    if len(body.get("tags", [])) > 20 or any(len(tag) > 50 for tag in body.get("tags", [])):
        yield "tags"


def _close_faults(path: str, body: Any) -> Iterator[str]:
    if not re.fullmatch(r"/v2/alerts/[A-Za-z0-9_.~%-]{1,1600}/close\?identifierType=alias", path):
        yield "path"
    if set(body) - {"source", "note", "user"} or _long(body["note"]) > 25_000:
        yield "note"


_OPSGENIE_FIELDS = {"message", "alias", "description", "details", "entity", "source", "priority", "tags"}
