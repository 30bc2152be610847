"""Bring messages of the topic to the routes that get them: late triggers are dropped, each route has its own luck."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lapsewatch.domain.gathering import gathers, merged
from lapsewatch.domain.handovers import IN_FLIGHT, Standing, heard_before, outrun, overtakes
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.late import asked_about, without_late
from lapsewatch.domain.ledger import Event, RowKey
from lapsewatch.domain.messages import Arrival, Message, Told
from lapsewatch.domain.outlook import OUTLOOK
from lapsewatch.domain.routes import WEBHOOK, Route
from lapsewatch.domain.spreading import handover_keys, handovers_of, row_of, spread
from lapsewatch.gather import hand_over_pieces, pieces_of
from lapsewatch.hand_over import Given, HandingOver
from lapsewatch.on_its_way import put_on_its_way
from lapsewatch.ports import Gathering, Routes, Watching

log = logging.getLogger(__name__)

ENOUGH_TIME = 25.0
"""Seconds that must be left of the invocation to begin with a message: its receiver may hang until the deadline."""
NO_MORE = "The route was taken away before it was delivered."
AGAIN = frozenset({"postponed", "failed", "backlog"})


@dataclass(frozen=True, slots=True)
class Notifying:
    """Everything that notifying works with."""

    fleet: Watching
    routes: Routes
    handing: HandingOver
    gathering: Gathering

    @property
    def time_left(self) -> Callable[[], float]:
        return self.handing.time_left


@dataclass(slots=True)
class Notified:
    """What became of a batch: counts for the metrics, and the ids of messages that the queue is to keep."""

    counts: Counter[str] = field(default_factory=Counter)
    again: list[str] = field(default_factory=list)


def notify(work: Notifying, arrivals: Iterable[Arrival], now: datetime) -> Notified:
    """Bring each message to its route, or to the queue once for each, or to the dead letters.

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
        return work.handing.given_up(arrival, "malformed", arrival.message.reason)
    routes = work.routes.declared() or (WEBHOOK,)
    message = _still_true(work, arrival.message, routes, now, counts)
    if message is None:
        return "dropped"
    if message.route is None:
        return _spread(work, arrival, message, routes, now, counts)
    route = next((route for route in routes if route.name == message.route), None)
    if route is None:
        return _sent_elsewhere(work, arrival, message, routes, now, counts)
    return _hand_over(work, Given(arrival, message, route), now, counts)


def _hand_over(work: Notifying, given: Given, now: datetime, counts: Counter[str]) -> str:
    """Hand a message over, with what is told with it; a resolve not before its triggers have arrived or are late."""
    if given.arrival.receives == 1 and any(_overtakes(work, told, given.route) for told in given.message.notices):
        work.handing.queue.postpone(given.arrival, IN_FLIGHT)
        return "postponed"
    pieces = pieces_of(work.gathering, given.message, waited=given.arrival.receives > 1)
    whole = given.message
    if len(pieces) > 1:
        whole = _still_true(work, merged(pieces), [given.route], now, counts) or given.message
    return hand_over_pieces(work.handing, work.gathering, replace(given, message=whole), pieces, now)


def _overtakes(work: Notifying, told: Told, route: Route) -> bool:
    row = row_of(told) if told.event is Event.RESOLVED else None
    return row is not None and overtakes(row, route.name, work.handing.handovers.of(row.instance_id))


def _sent_elsewhere(
    work: Notifying, arrival: Arrival, message: Message, routes: Sequence[Route], now: datetime, counts: Counter[str]
) -> str:
    """Spread a message anew whose route is no more: it may have a new name. Whoever has it lets the copy go.

    One that escalated there is nobody else's: somebody must look.
    """
    gone, escalated = str(message.route), message.escalated_from is not None
    log.warning("a message was for a route that is no more", extra={"route": gone})
    if message.document.get("event") == OUTLOOK:
        # It is of that route's instances, and the others have or get their own.
        return "dropped"
    keys = handover_keys(message.notices, gone, escalated=escalated)
    work.handing.noted(keys, Standing.GIVEN_UP, message.event_id, NO_MORE, now)
    if escalated:
        return work.handing.given_up(arrival, "refused", NO_MORE)
    return _spread(work, arrival, replace(message, route=None), routes, now, counts)


def _spread(
    work: Notifying, arrival: Arrival, message: Message, routes: Sequence[Route], now: datetime, counts: Counter[str]
) -> str:
    """Put a message on its way to each route that gets it; one for a single route needs no way."""
    instances, names = _instances(work.fleet, message, routes), {route.name for route in routes}

    def heard(row: RowKey) -> frozenset[str]:
        return heard_before(row, work.handing.handovers.of(row.instance_id), names)

    parts = spread(message, routes, instances, heard)
    for route, part in parts:
        # What escalates is noted before anything is sent: a route that never answers is the likeliest to need it.
        work.handing.handovers.begin(handovers_of(part, route, now))
    ours = [(route, part) for route, part in parts if not route.by_topic]
    if len(ours) == 1 and not gathers(ours[0][1]):
        [(route, part)] = ours
        return _hand_over(work, Given(arrival, part, route), now, counts)
    for _, part in ours:
        put_on_its_way(work.gathering, work.handing.queue, part, now)
    return "spread" if ours else "unrouted"


def _instances(fleet: Watching, message: Message, routes: Sequence[Route]) -> Mapping[str, Instance]:
    """Return the instances that a message is about, if what routes ask is not in the message itself."""
    if not any(route.match.tags for route in routes):
        return {}
    ids = {str(told.document.get("instance_id")) for told in message.notices}
    return {instance_id: item.instance for instance_id, item in fleet.watched(ids, removed=True).items()}


def _still_true(
    work: Notifying, message: Message, routes: Sequence[Route], now: datetime, counts: Counter[str]
) -> Message | None:
    """Return what is left of a message by the states as they are now."""
    watched = work.fleet.watched(asked_about(message), removed=True)

    def outrun_by(told: Told) -> bool:
        row = row_of(told)
        return row is not None and outrun(row, message.route, work.handing.handovers.of(row.instance_id))

    left = without_late(message, {instance_id: item.state for instance_id, item in watched.items()}, outrun_by)
    kept = left.notices if left else ()
    late = [told for told in message.notices if told not in kept]
    if late:
        log.info("late notices were dropped", extra={"event_id": message.event_id, "count": len(late)})
        counts["late_dropped"] += len(late)
        _note_late(work, message, late, routes, now)
    return left


def _note_late(work: Notifying, message: Message, late: Sequence[Told], routes: Sequence[Route], now: datetime) -> None:
    """Note what is late on the route that it is on, or wherever else it was begun."""
    names = [message.route] if message.route else [route.name for route in routes]
    escalated = message.escalated_from is not None
    keys = [key for name in names for key in handover_keys(late, name, escalated=escalated)]
    work.handing.noted(keys, Standing.LATE, message.event_id, "Its cycle ended before it was delivered.", now)
