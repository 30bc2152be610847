"""Hand messages of the topic to a channel: late triggers are dropped, failures tried again or given up, each alone."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lapsewatch.domain.late import without_late
from lapsewatch.domain.ledger import backoff
from lapsewatch.domain.messages import Arrival, Message
from lapsewatch.domain.outcomes import Delivered, NotYet
from lapsewatch.ports import Channel, NotifyQueue, Watching

log = logging.getLogger(__name__)

ENOUGH_TIME = 25.0
"""Seconds that must be left of the invocation to begin with a message: its receiver may hang until the deadline."""
AGAIN = frozenset({"postponed", "failed", "backlog"})


@dataclass(frozen=True, slots=True)
class Notifying:
    """Everything that notifying works with."""

    fleet: Watching
    channel: Channel
    queue: NotifyQueue
    time_left: Callable[[], float]
    """Seconds until the invocation ends."""


@dataclass(slots=True)
class Notified:
    """What became of a batch: counts for the metrics, and the ids of messages that the queue is to keep."""

    counts: Counter[str] = field(default_factory=Counter)
    again: list[str] = field(default_factory=list)


def notify(work: Notifying, arrivals: Iterable[Arrival], now: datetime) -> Notified:
    """Bring each message to the channel, or back to the queue, or to the dead letters.

    Whatever one message meets, the others go on: one that failed unexpectedly comes back when its visibility ends.
    """
    notified = Notified()
    for arrival in arrivals:
        ended = "failed"
        try:
            ended = _notify(work, arrival, now, notified.counts)
        except Exception:
            log.exception("a message could not be handled", extra={"message_id": arrival.message_id})
        notified.counts[ended] += 1
        if ended in AGAIN:
            notified.again.append(arrival.message_id)
    return notified


def _notify(work: Notifying, arrival: Arrival, now: datetime, counts: Counter[str]) -> str:
    """Handle one message; return what happened, in a word for the metrics."""
    if work.time_left() < ENOUGH_TIME:
        return "backlog"
    if not isinstance(arrival.message, Message):
        return _given_up(work, arrival, "malformed", arrival.message.reason)
    message = _still_true(work.fleet, arrival.message, counts)
    if message is None:
        return "dropped"
    outcome = work.channel.send(message, now)
    told = {"event_id": message.event_id, "answer": outcome.answer, "receives": arrival.receives}
    if isinstance(outcome, Delivered):
        log.info("a message was delivered", extra=told)
        return "delivered"
    if isinstance(outcome, NotYet):
        log.warning("a message was not taken yet", extra=told)
        work.queue.postpone(arrival, _pause(arrival.receives, outcome))
        return "postponed"
    return _given_up(work, arrival, "refused", outcome.answer)


def _still_true(fleet: Watching, message: Message, counts: Counter[str]) -> Message | None:
    """Return what is left of a message by the states as they are now."""
    watched = fleet.watched({trigger.instance_id for trigger in message.triggers}, removed=True)
    left = without_late(message, {instance_id: item.state for instance_id, item in watched.items()})
    late = len(message.notices) - (len(left.notices) if left else 0)
    if late:
        log.info("late notices were dropped", extra={"event_id": message.event_id, "count": late})
        counts["late_dropped"] += late
    return left


def _pause(receives: int, outcome: NotYet) -> timedelta:
    """Return how long to wait: as long as the receiver says, but never less than one more failure deserves."""
    return max(backoff(receives), timedelta(seconds=outcome.retry_after or 0))


def _given_up(work: Notifying, arrival: Arrival, how: str, reason: str) -> str:
    log.error("a message was given up", extra={"message_id": arrival.message_id, "reason": reason})
    work.queue.bury(arrival, reason)
    return how
