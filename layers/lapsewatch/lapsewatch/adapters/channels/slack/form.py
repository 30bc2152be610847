"""A message as Slack takes it: blocks, and a text for notifications."""

from collections.abc import Iterable, Iterator
from typing import Any

from lapsewatch.domain.cards import Card, Item, card_of
from lapsewatch.domain.lines import cut, fitting, units
from lapsewatch.domain.messages import Message

HEADER = 150
TEXT = 3000
FIELD = 2000
FALLBACK = 3000
BLOCKS = 50
ITEMS = BLOCKS - 4
"""How many notices of a digest have room: what frames them takes a block each."""
BRIEF = 800
"""How much of one notice of a digest is shown, before its links."""
LINE = 400
"""How much of one line is shown: no name can take the room of what else there is to say."""
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

type Block = dict[str, Any]


def form_of(message: Message) -> dict[str, Any]:
    """Return the body of the request."""
    card = card_of(message)
    single = card.items if len(card.items) == 1 else ()
    blocks = [
        _header(card.headline),
        *(block for item in single for block in _whole(item)),
        *([] if single else _digest(card)),
        *_lines(card.lines),
        _context([f"{card.severity} · Lapsewatch"]),
        *_buttons(card),
    ]
    return {"text": mrkdwn(card.headline, FALLBACK), "blocks": blocks}


def mrkdwn(text: str, room: int) -> str:
    """Return a text in which nothing is a mention or a link, and what is shown is not cut within an escape."""
    escaped, taken = "", 0
    for character in cut(text, room):
        piece = ESCAPES.get(character, character)
        taken += units(piece)
        if taken > room:
            break
        escaped += piece
    return escaped


def _whole(item: Item) -> Iterator[Block]:
    fields = [f"*{name}*\n{mrkdwn(value, FIELD - 100)}" for name, value in item.facts]
    if fields:
        yield {"type": "section", "fields": [_mrkdwn(field) for field in fields]}
    yield from _lines([*item.remarks, *item.advice])


def _digest(card: Card) -> Iterator[Block]:
    for item in card.items[:ITEMS]:
        told = [f"*{mrkdwn(item.headline, LINE)}*", *(mrkdwn(line, LINE) for line in _brief(item))]
        yield _section([*fitting(told, BRIEF), *_links(item)])
    if len(card.items) > ITEMS:
        yield _context([f"… and {len(card.items) - ITEMS} more."])


def _brief(item: Item) -> Iterator[str]:
    yield " · ".join(value for _, value in item.facts)
    yield from item.remarks


def _lines(lines: Iterable[str]) -> Iterator[Block]:
    told = [mrkdwn(line, LINE) for line in lines]
    if told:
        yield _section(fitting(told, TEXT))


def _section(lines: Iterable[str]) -> Block:
    return {"type": "section", "text": _mrkdwn("\n".join(lines))}


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": cut(text, HEADER), "emoji": False}}


def _context(texts: Iterable[str]) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text) for text in texts]}


def _mrkdwn(text: str) -> dict[str, Any]:
    # Verbatim, or Slack would make links and mentions of what looks like one.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _links(item: Item) -> list[str]:
    told = " · ".join(f"<{mrkdwn(url, TEXT)}|{name}>" for name, url in item.links)
    return [told] if told else []


def _buttons(card: Card) -> Iterator[Block]:
    if elements := [_button(name, url) for name, url in card.links]:
        yield {"type": "actions", "elements": elements}


def _button(name: str, url: str) -> Block:
    return {"type": "button", "action_id": name.lower(), "text": {"type": "plain_text", "text": name}, "url": url}
