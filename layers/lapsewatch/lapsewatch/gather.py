"""Tell a route in one message what was published for it in pieces.

Every piece is a message of the queue of its own, with tries of its own: whoever comes first brings the others along,
and those find that nothing is left to tell. What is kept for that is a hint: without it, pieces are told one by one.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from lapsewatch.domain.gathering import GATHERS_FOR, gathers, together
from lapsewatch.domain.ledger import backoff
from lapsewatch.domain.messages import Message
from lapsewatch.hand_over import Given, HandingOver, hand_over
from lapsewatch.ports import Gathering, NotifyQueue

log = logging.getLogger(__name__)

HOLDS = timedelta(minutes=2)
"""Longer than an invocation can live (90 s): two never tell the same pieces at once."""
TOLD = frozenset({"delivered", "repeated"})


def put_on_its_way(gathering: Gathering, queue: NotifyQueue, message: Message, now: datetime) -> None:
    """Queue a message that is on a route, and let it wait for others if there may be more."""
    if not gathers(message):
        queue.put(message)
        return
    _try(lambda: gathering.keep(message, now))
    queue.put(message, GATHERS_FOR)


def pieces_of(gathering: Gathering, message: Message, *, waited: bool) -> list[Message]:
    """Return a message with those that are to be told with it; one that had to wait may not be the only one."""
    kept: list[Message] = []
    if gathers(message) or waited:
        _try(lambda: kept.extend(gathering.kept(message)))
    return together(message, kept)


def hand_over_pieces(
    work: HandingOver, gathering: Gathering, given: Given, pieces: Sequence[Message], now: datetime
) -> str:
    """Hand over what several pieces say, `given.message`; return what happened, in a word for the metrics."""
    [own, *others] = pieces
    owner = given.arrival.message_id
    if others and not gathering.hold(own, owner, now, now + HOLDS):
        work.queue.postpone(given.arrival, backoff(given.arrival.receives))
        return "postponed"
    ended = hand_over(work, given, now)
    if others:
        gathering.release(own, owner)
    if ended in TOLD:
        _forget(gathering, pieces if others or gathers(own) or given.arrival.receives > 1 else ())
    elif ended == "refused":
        _forget(gathering, [own])
    elif own.notices:
        # The receiver may be away for all: once it is back, it is told in one message what it missed.
        _try(lambda: gathering.keep(own, now))
    return ended


def _forget(gathering: Gathering, pieces: Iterable[Message]) -> None:
    for piece in pieces:
        _try(partial(gathering.forget, piece))


def _try(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception:
        log.exception("what belongs together could not be gathered; each piece goes by itself")
