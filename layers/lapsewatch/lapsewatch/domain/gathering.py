"""Pieces of what is told to one route at about the same time, as one message: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from lapsewatch.domain.digests import EVENTS_IN_ORDER, LOUDEST_FIRST, digest_id, headline_of, loudest
from lapsewatch.domain.fields import number, text
from lapsewatch.domain.messages import Document, Message, Told

DIGEST = "digest"
GATHERS_FOR = timedelta(minutes=1)
"""How long a piece waits for others: the pieces of one run are published within seconds."""
MANY = 10
"""How many single notices are told one by one before they are one message."""
MOST = 1000
"""How many notices are told in one message at most."""


def gathers(message: Message) -> bool:
    """Whether there may be more of the kind: a digest that the topic took in pieces, or an escalation of many."""
    return message.route is not None and (message.escalated_from is not None or _is_digest(message))


def group_of(message: Message) -> str:
    """Return the name of what is told together."""
    return f"{message.route}#{message.escalated_from}" if message.escalated_from else str(message.route)


def together(own: Message, others: Iterable[Message]) -> list[Message]:
    """Return the pieces that are told with one of them, itself first; just that if there is no reason to."""
    pieces = [own]
    for other in others:
        fits = _count([*pieces, other]) <= MOST
        if other.event_id != own.event_id and group_of(other) == group_of(own) and fits:
            pieces.append(other)
    return pieces if any(map(_is_digest, pieces)) or _count(pieces) > MANY else [own]


def merged(pieces: Sequence[Message]) -> Message:
    """Return several pieces as one message, the most urgent notices first and each once."""
    if len(pieces) == 1:
        return pieces[0]
    first = pieces[0]
    told = {text(item.document, "event_id"): _brief(item) for piece in pieces for item in piece.notices}
    notices = tuple(sorted(told.values(), key=_urgency))
    document: Document = {
        "event": DIGEST,
        "event_id": digest_id(told),
        "occurred_at": text(first.document, "occurred_at"),
        "severity": loudest(item.severity for item in notices).value,
        # A notice by itself leads to its own row.
        "page_url": text(first.document, "page_url").partition("#")[0],
        "text": headline_of([item.event for item in notices]),
        "notices": [item.document for item in notices],
    }
    return Message(document["event_id"], document, notices, first.route, first.escalated_from)


def _brief(told: Told) -> Told:
    """Return a notice without its own text, as digests have it: the whole has one."""
    return replace(told, document={name: value for name, value in told.document.items() if name != "text"})


def _count(pieces: Iterable[Message]) -> int:
    return sum(len(piece.notices) for piece in pieces)


def _is_digest(message: Message) -> bool:
    return text(message.document, "event") == DIGEST


def _urgency(told: Told) -> tuple[int, int, int, str]:
    left = number(told.document, "days_left")
    order, loudness = EVENTS_IN_ORDER.index(told.event), LOUDEST_FIRST.index(told.severity)
    return (order, loudness, 10_000 if left is None else left, text(told.document, "name").casefold())
