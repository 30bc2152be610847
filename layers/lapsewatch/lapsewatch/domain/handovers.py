"""Hand-overs: one notice on one route, and what became of it there."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lapsewatch.domain.ledger import RowKey

TRIES = 12
"""How often a message is tried on a route: by the pauses between, for more than five hours."""
LONGEST_ANSWER = 300
RESTS_FOR = timedelta(minutes=2)
"""How long a route is left alone that took its time to take nothing."""
IN_FLIGHT = timedelta(minutes=2)
"""Longer than an invocation can live (90 s): a trigger that it found in time has arrived by then, or is late."""
HANGS_AFTER = 5.0
"""Seconds after which an answer that is none holds up the messages to others."""


class Standing(StrEnum):
    """What became of a notice on a route."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    LATE = "late"
    """Its cycle was over before it could be delivered."""
    BY_TOPIC = "by_topic"
    """The topic itself brings it there, and says nothing about it."""


@dataclass(frozen=True, slots=True)
class HandoverKey:
    """The identity of a hand-over; what was escalated to a route is told apart from what it gets by itself."""

    row: RowKey
    route: str
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """One notice on one route."""

    key: HandoverKey
    event_id: str
    """Of the message that told it there last."""
    created_at: datetime
    standing: Standing = Standing.WAITING
    at: datetime | None = None
    """When it was last tried."""
    answer: str = ""
    attempts: int = 0
    escalated_from: str | None = None
    due_at: datetime | None = None
    """When it escalates unless somebody acknowledges; None if it does not, or has."""
    escalated_at: datetime | None = None


def tries(standing: Standing) -> int:
    """Return how many attempts it took to come to a standing: what is dropped as late was not tried for that."""
    return 0 if standing is Standing.LATE else 1


def by_row(handovers: Iterable[Handover]) -> dict[RowKey, list[Handover]]:
    """Return hand-overs by the notice that they are about, in the order of routes."""
    found: dict[RowKey, list[Handover]] = {}
    for handover in sorted(handovers, key=lambda item: (item.key.escalated, item.key.route)):
        found.setdefault(handover.key.row, []).append(handover)
    return found


def heard_before(resolve: RowKey, handovers: Iterable[Handover], declared: Container[str]) -> frozenset[str]:
    """Return the routes that were told of something that a resolve answers, and got no resolve since.

    For one that is declared no more, a resolve on any route counts: its readers may be behind another name by now.
    """
    known = [item for item in handovers if item.key.row.clock == resolve.clock and not item.key.row.change]
    last: dict[str, int] = {}
    for item in known:
        row = item.key.row
        if row.milestone is None and row.cycle < resolve.cycle and item.standing is Standing.DELIVERED:
            last[item.key.route] = max(row.cycle, last.get(item.key.route, 0))
    last_of_all = max(last.values(), default=0)
    return frozenset(
        item.key.route
        for item in known
        if item.key.row.milestone is not None
        and last.get(item.key.route, 0 if item.key.route in declared else last_of_all)
        <= item.key.row.cycle
        <= resolve.cycle
        and _may_be_heard(item)
    )


def overtakes(resolve: RowKey, route: str, handovers: Iterable[Handover]) -> bool:
    """Whether a trigger that a resolve answers may be on its way to the route still: it would open what was closed."""
    return any(
        item.standing is Standing.WAITING
        and (item.key.route, item.key.row.clock) == (route, resolve.clock)
        and item.key.row.milestone is not None
        and item.key.row.cycle < resolve.cycle
        for item in handovers
    )


def outrun(resolve: RowKey, route: str | None, handovers: Iterable[Handover]) -> bool:
    """Whether readers, of one route or (None) of any, were told since of a cycle that a resolve does not answer.

    What is claimed and was never told has opened nothing, and may be cancelled without a resolve of its own.
    """
    return any(
        item.key.row.clock == resolve.clock
        and item.key.row.milestone is not None
        and item.key.row.cycle >= resolve.cycle
        and route in {None, item.key.route}
        and _may_be_heard(item)
        for item in handovers
    )


def _may_be_heard(item: Handover) -> bool:
    """Whether readers may know of it: what was tried and then dropped as late may have come through all the same."""
    return item.standing in {Standing.WAITING, Standing.DELIVERED, Standing.GIVEN_UP} or (
        item.standing is Standing.LATE and item.attempts > 0
    )


def row_key_of(event_id: str, instance_id: str) -> RowKey | None:
    """Read the identity of a notice back from its event id; None if that is of another kind."""
    alert = event_id.removeprefix(f"{instance_id}:").partition(":")[0]
    try:
        return RowKey.of_alert(instance_id, alert)
    except ValueError:
        return None
