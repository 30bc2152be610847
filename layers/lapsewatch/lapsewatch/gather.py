"""Tell a route in one message what was published for it in pieces.

Every piece is a message of the queue of its own, with tries of its own: whoever comes first brings the others along,
and those find that nothing is left to tell. What is kept for that is a hint: without it, pieces are told one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from lapsewatch.domain.gathering import gathers, together
from lapsewatch.domain.ledger import backoff
from lapsewatch.domain.messages import Message
from lapsewatch.hand_over import APART, Given, HandingOver, hand_over
from lapsewatch.on_its_way import hinted
from lapsewatch.ports import Gathering

HOLDS = timedelta(minutes=2)
"""Longer than an invocation can live (90 s): two never tell the same pieces at once."""
TOLD = frozenset({"delivered", "repeated"})


def pieces_of(gathering: Gathering, message: Message, *, waited: bool) -> list[Message]:
    """Return a message with those that are to be told with it; one that had to wait may not be the only one."""
    kept: list[Message] = []
    if gathers(message) or waited:
        hinted(lambda: kept.extend(gathering.kept(message)))
    return together(message, kept)


def hand_over_pieces(
    work: HandingOver, gathering: Gathering, given: Given, pieces: Sequence[Message], now: datetime
) -> str:
    """Hand over what several pieces say, `given.message`; return what happened, in a word for the metrics."""
    [own, *others] = pieces
    owner = given.arrival.message_id
    if others and not gathering.hold(own, owner, now, now + HOLDS):
        if given.last_try:
            # To wait would be one receive more than the queue allows: it would be a dead letter that nobody tried.
            return hand_over_pieces(work, gathering, replace(given, message=own), [own], now)
        work.queue.postpone(given.arrival, backoff(given.arrival.receives))
        return "postponed"
    ended = hand_over(work, given, now, together=bool(others))
    if others:
        hinted(lambda: gathering.release(own, owner))
    if ended == APART:
        return hand_over_pieces(work, gathering, replace(given, message=own), [own], now)
    if ended in TOLD:
        _forget(gathering, pieces if others or gathers(own) or given.arrival.receives > 1 else ())
    elif ended == "refused":
        _forget(gathering, [own])
    elif own.notices:
        # The receiver may be away for all: once it is back, it is told in one message what it missed.
        hinted(lambda: gathering.keep(own, now))
    return ended


def _forget(gathering: Gathering, pieces: Iterable[Message]) -> None:
    for piece in pieces:
        hinted(partial(gathering.forget, piece))
