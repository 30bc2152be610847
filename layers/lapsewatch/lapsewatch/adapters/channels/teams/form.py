"""A message as Teams takes it: an Adaptive Card in the envelope of a workflow.

Every text is a run of a rich text block: those know no Markdown, so that no name can become a link.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

from lapsewatch.domain.cards import Card, Item, card_of
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.lines import cut
from lapsewatch.domain.messages import Message

ROOM = 26_000
"""Bytes for the whole request: Teams takes 28 KB, and counts what it wraps around it as well."""
LINE = 250
COLORS = {Severity.CRITICAL: "Attention", Severity.WARNING: "Warning", Severity.INFO: "Default"}

type Element = dict[str, Any]


def form_of(message: Message) -> dict[str, Any]:
    """Return the body of the request."""
    card = card_of(message)
    parts = [*_parts(card), _runs([_run(f"{card.severity} · Lapsewatch", size="Small", isSubtle=True)])]
    room = ROOM - _size(_envelope(card, [])) - _size(_more(len(parts)))
    fitting = sum(1 for size in accumulate(_size(part) + 1 for part in parts) if size <= room)
    left_out = [_more(len(parts) - fitting)] if fitting < len(parts) else []
    return _envelope(card, [*parts[:fitting], *left_out])


def _parts(card: Card) -> Iterator[Element]:
    """Yield what is shown below the headline, the most urgent first."""
    if len(card.items) == 1:
        [item] = card.items
        yield from (_runs([_run(f"{name}: ", weight="Bolder"), _run(value)]) for name, value in item.facts)
        yield from (_runs([_run(line)]) for line in [*item.remarks, *item.advice])
    else:
        yield from map(_brief, card.items)
        yield from (_runs([_run(line)]) for line in card.lines)


def _brief(item: Item) -> Element:
    facts = " · ".join(value for _, value in item.facts)
    lines = [_runs([_run(line)]) for line in [facts, *item.remarks] if line]
    links = [_link(name, url) for name, url in item.links]
    title = _runs([_run(item.headline, weight="Bolder", color=_color(item.severity, item.event))])
    spaced = [run for link in links for run in (_run("  "), link)][1:]
    return {"type": "Container", "separator": True, "items": [title, *lines, *([_runs(spaced)] if spaced else [])]}


def _envelope(card: Card, parts: Iterable[Element]) -> dict[str, Any]:
    single = card.items[0] if len(card.items) == 1 else None
    color = _color(card.severity, single.event if single else None)
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": cut(card.headline, LINE),
        "msteams": {"width": "Full"},
        "body": [_runs([_run(card.headline, size="Large", weight="Bolder", color=color)]), *parts],
        "actions": [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in card.links],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _color(severity: Severity, event: Event | None) -> str:
    return "Good" if event is Event.RESOLVED else COLORS[severity]


def _runs(runs: list[Element]) -> Element:
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str, **looks: Any) -> Element:
    return {"type": "TextRun", "text": cut(text, LINE), **looks}


def _link(name: str, url: str) -> Element:
    return _run(name, selectAction={"type": "Action.OpenUrl", "url": url})


def _more(count: int) -> Element:
    return _runs([_run(f"… and {count} more.", isSubtle=True)])


def _size(part: Any) -> int:
    return len(json.dumps(part))
