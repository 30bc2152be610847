"""Hand a message over on one route, and note what became of it there."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lapsewatch.domain.acknowledge_links import LIFE, AcknowledgeLink, linked
from lapsewatch.domain.handovers import (
    HANGS_AFTER,
    LONGEST_ANSWER,
    RESTS_FOR,
    TRIES,
    HandoverKey,
    Standing,
)
from lapsewatch.domain.ledger import backoff
from lapsewatch.domain.messages import Arrival, Message, Told
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused
from lapsewatch.domain.routes import Route
from lapsewatch.domain.spreading import handover_keys
from lapsewatch.domain.true_days import as_of
from lapsewatch.ports import Channel, Handovers, NotifyQueue, Rests

log = logging.getLogger(__name__)

AHEAD = "It was taken before others of the same message."
APART = "apart"
"""How it ends if a receiver refuses a whole: one piece that it will not have must not take the others with it."""


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Everything that handing over works with."""

    channels: Callable[[Route], Channel]
    handovers: Handovers
    rests: Rests
    queue: NotifyQueue
    time_left: Callable[[], float]
    """Seconds until the invocation ends."""
    link: Callable[[AcknowledgeLink], str | None]
    """What makes the address of a link; None if that cannot be had now."""

    def given_up(self, arrival: Arrival, how: str, reason: str) -> str:
        """Put a message among the dead letters; return how it ended."""
        log.error("a message was given up", extra={"message_id": arrival.message_id, "reason": reason})
        self.queue.bury(arrival, reason)
        return how

    def noted(self, keys: Sequence[HandoverKey], standing: Standing, event_id: str, answer: str, now: datetime) -> None:
        """Note what became of notices. What cannot be noted is told by the log: it never holds up a message."""
        try:
            self.handovers.settle(keys, standing, event_id, answer[:LONGEST_ANSWER], now)
        except Exception:
            log.exception("what became of a message could not be noted", extra={"event_id": event_id})


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be handed over: a message of the queue, what of it is for this route, and the route."""

    arrival: Arrival
    message: Message
    route: Route

    @property
    def keys(self) -> list[HandoverKey]:
        return self.keys_of(self.message.notices)

    def keys_of(self, notices: Iterable[Told]) -> list[HandoverKey]:
        return handover_keys(notices, self.route.name, escalated=self.message.escalated_from is not None)

    @property
    def last_try(self) -> bool:
        return self.arrival.receives >= TRIES


def hand_over(work: HandingOver, given: Given, now: datetime, *, together: bool = False) -> str:
    """Try once; return what happened, in a word for the metrics.

    What is told `together` with other pieces and refused is not given up: each piece is to be tried by itself.
    """
    event_id = given.message.event_id
    left = _undelivered(work, given)
    if left is None:
        log.info("a copy of what was delivered was let go", extra={"event_id": event_id, "route": given.route.name})
        return "repeated"
    given = replace(given, message=left)
    rests_until = work.rests.until(given.route.name)
    if rests_until is not None and now < rests_until and not given.last_try:
        work.queue.postpone(given.arrival, max(backoff(given.arrival.receives), rests_until - now))
        return "postponed"
    outcome = _attempt(work, given, now)
    told = {"event_id": event_id, "route": given.route.name, "answer": outcome.answer}
    told["receives"] = str(given.arrival.receives)
    if isinstance(outcome, Delivered):
        log.info("a message was delivered", extra=told)
        work.noted(given.keys, Standing.DELIVERED, event_id, outcome.answer, now)
        return "delivered"
    waiting = _with_taken_noted(work, given, outcome.taken, now)
    if isinstance(outcome, NotYet) and not given.last_try:
        log.warning("a message was not taken yet", extra=told)
        work.queue.postpone(given.arrival, _pause(given.arrival.receives, outcome))
        work.noted(waiting, Standing.WAITING, event_id, outcome.answer, now)
        return "postponed"
    if together and isinstance(outcome, Refused):
        log.warning("a message was refused as a whole", extra=told)
        return APART
    work.given_up(given.arrival, "refused", outcome.answer)
    work.noted(waiting, Standing.GIVEN_UP, event_id, outcome.answer, now)
    return "refused"


def _undelivered(work: HandingOver, given: Given) -> Message | None:
    """Return what of a message was not delivered on this route before, by itself or with others; None if all was."""
    message = given.message
    if not message.notices:
        return message
    known = work.handovers.some(given.keys)
    delivered = {key for key, handover in known.items() if handover.standing is Standing.DELIVERED}
    kept = [told for told in message.notices if delivered.isdisjoint(given.keys_of([told]))]
    return message.narrowed(kept) if kept else None


def _with_taken_noted(work: HandingOver, given: Given, taken: frozenset[str], now: datetime) -> list[HandoverKey]:
    """Note what a receiver has although it did not take the whole, and return what is left."""
    ahead = [told for told in given.message.notices if told.document.get("event_id") in taken]
    if ahead:
        work.noted(given.keys_of(ahead), Standing.DELIVERED, given.message.event_id, AHEAD, now)
    return given.keys_of(told for told in given.message.notices if told.document.get("event_id") not in taken)


def _attempt(work: HandingOver, given: Given, now: datetime) -> Outcome:
    """Send once. A route that takes its time to take nothing rests, or it would use up the time of the others."""
    before = work.time_left()
    outcome = work.channels(given.route).send(as_of(_with_links(work, given, now), now), now)
    if isinstance(outcome, NotYet) and not outcome.taken and before - work.time_left() >= HANGS_AFTER:
        work.rests.rest(given.route.name, now + RESTS_FOR)
    return outcome


def _with_links(work: HandingOver, given: Given, now: datetime) -> Message:
    """Return the message with links to acknowledge by, if the route's readers are to have them."""
    if not given.route.acknowledge_link:
        return given.message
    until, name = now + LIFE, given.route.name
    return linked(given.message, lambda trigger: work.link(AcknowledgeLink(trigger, name, until)))


def _pause(receives: int, outcome: NotYet) -> timedelta:
    """Return how long to wait: as long as the receiver says, but never less than one more failure deserves.

    A receiver that took some of it did not fail: the rest is tried as after a first failure.
    """
    return max(backoff(1 if outcome.taken else receives), timedelta(seconds=outcome.retry_after or 0))
