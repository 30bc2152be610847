"""Deliver rows of the ledger: lease, publish, mark.

Only the holder of a lease publishes a row or marks it, and each publish is one attempt: what the channel certainly did
not take is released, and what nobody knows waits for the lease to run out.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from lapsewatch.domain.digests import Digest, digest_of
from lapsewatch.domain.ledger import LEASE, REFUSALS, Event, LedgerRow, RowState, backoff
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import (
    ChannelClosedError,
    ConflictError,
    DeliveryFailedError,
    DeliveryRefusedError,
    DeliveryUnknownError,
)
from lapsewatch.ports import Ledger, Publisher, Watching

log = logging.getLogger(__name__)

ENOUGH_TIME = 20.0
"""Seconds that must be left of the invocation to take anything up: a publish may hang until its timeout."""
HELD = "held"
"""The word for rows that a closed channel did not take."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything a delivery works with."""

    fleet: Watching
    ledger: Ledger
    publisher: Publisher
    rules: ReminderRules
    page_url: str
    shop: bool
    """Whether a renewal address is configured."""
    owner: str
    """A name for this run that no other run has."""
    time_left: Callable[[], float]
    """Seconds until the invocation ends."""
    digest_over: int = 10
    """More notices than this in one run go out as digests; 0 for never."""

    @property
    def in_time(self) -> bool:
        """Whether there is time to take something up."""
        return self.time_left() >= ENOUGH_TIME


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that is to be sent, and what it says as things are now."""

    row: LedgerRow
    notice: Notice


def deliver(run: Delivery, readies: Sequence[Ready], now: datetime, *, together: bool) -> Counter[str]:
    """Send rows, as one digest or each as a message of its own; return how often each thing happened.

    Each row keeps its own account, and the trouble of one is not the others'.
    """
    counts: Counter[str] = Counter()
    leased = []
    for ready in readies:
        with kept_apart(counts, ready.row.key.instance_id):
            try:
                leased.append(replace(ready, row=run.ledger.lease(ready.row, run.owner, now, now + LEASE)))
            except ConflictError:
                counts["taken_by_another"] += 1
    if together and len(leased) > 1:
        return counts + _send_together(run, leased, now)
    for ready in leased:
        counts += _send(run, ready, now)
    return counts


def _send(run: Delivery, ready: Ready, now: datetime) -> Counter[str]:
    """Publish one leased row and settle it by what came of that."""
    counts: Counter[str] = Counter()
    with kept_apart(counts, ready.row.key.instance_id):
        published = _publish(run, ready.notice)
        counts[_settle(run, ready.row, published, now)] += 1
    return counts


def _send_together(run: Delivery, leased: Sequence[Ready], now: datetime) -> Counter[str]:
    """Publish leased rows as one digest and settle each by what came of that."""
    counts: Counter[str] = Counter()
    published = Published(Outcome.UNKNOWN)
    with kept_apart(counts, *(ready.row.key.instance_id for ready in leased)):
        published = _publish(run, digest_of([ready.notice for ready in leased], run.page_url, now))
    if published.outcome is Outcome.REFUSED:
        # One notice that the channel cannot take must not take the others with it.
        return sum((_send(run, ready, now) for ready in leased), counts)
    counts["digests"] += published.outcome is Outcome.TAKEN
    for ready in leased:
        with kept_apart(counts, ready.row.key.instance_id):
            counts[_settle(run, ready.row, published, now)] += 1
    return counts


class Outcome(StrEnum):
    """What came of a publish."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    CLOSED = "closed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a publish, with the channel's id of a message that it took."""

    outcome: Outcome
    message_id: str = ""


def _publish(run: Delivery, message: Notice | Digest) -> Published:
    try:
        return Published(Outcome.TAKEN, run.publisher.publish(message))
    except DeliveryUnknownError:
        return Published(Outcome.UNKNOWN)
    except ChannelClosedError:
        return Published(Outcome.CLOSED)
    except DeliveryFailedError:
        return Published(Outcome.NOT_TAKEN)
    except DeliveryRefusedError:
        return Published(Outcome.REFUSED)


def _settle(run: Delivery, row: LedgerRow, published: Published, now: datetime) -> str:
    """Write down what came of a leased row; return it in a word for the metrics."""
    match published.outcome:
        case Outcome.TAKEN:
            run.ledger.mark_sent(row, now, published.message_id)
            return "resolved" if row.key.event is Event.RESOLVED else "sent"
        case Outcome.UNKNOWN:
            # Nobody knows whether it was taken: the lease runs out by itself, and one more copy may follow.
            return "unknown"
        case Outcome.REFUSED:
            return _refused(run, replace(row, refusals=row.refusals + 1), now)
        case _:
            run.ledger.release(row, now + backoff(row.attempts))
            return HELD if published.outcome is Outcome.CLOSED else "postponed"


def _refused(run: Delivery, row: LedgerRow, now: datetime) -> str:
    if row.refusals >= REFUSALS:
        run.ledger.bury(row, now)
        return RowState.DEAD.lower()
    run.ledger.release(row, now + backoff(row.attempts))
    return "refused"


@contextmanager
def kept_apart(counts: Counter[str], *instance_ids: str) -> Iterator[None]:
    """Keep the trouble of some instances from the others: it is logged and counted, and their rows stay due."""
    try:
        yield
    except Exception:
        log.exception("instances could not be reminded of", extra={"instance_ids": instance_ids})
        counts["failed"] += len(instance_ids)
