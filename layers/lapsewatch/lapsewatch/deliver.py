"""Deliver rows of the ledger: judge them by the state as it is now, lease, publish, mark."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from lapsewatch.domain.digests import digest_of
from lapsewatch.domain.ledger import (
    LEASE,
    REFUSALS,
    Event,
    LedgerRow,
    RowKey,
    RowState,
    Verdict,
    backoff,
    judge_change,
    judge_reminder,
    judge_resolve,
    settled_state,
)
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.notices import Notice, notice_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.series import held_until
from lapsewatch.errors import ConflictError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError
from lapsewatch.ports import Fleet, Ledger, Publisher

log = logging.getLogger(__name__)

RESTING = timedelta(hours=1)
"""How long a row of a paused instance rests before it is looked at again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything a delivery works with."""

    fleet: Fleet
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


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that is to be sent, and the instance as it is now."""

    row: LedgerRow
    watched: Watched


def take_up(run: Delivery, key: RowKey, now: datetime) -> Ready | str:
    """Judge one row by the state as it is now: return it if it is to be sent, else what became of it, in a word."""
    row = run.ledger.row(key)
    watched = run.fleet.watched([key.instance_id], removed=True).get(key.instance_id)
    if row is None or row.settled:
        return "already_settled"
    verdict = judge(run, row, watched, now)
    if watched is not None and verdict is Verdict.SEND:
        return Ready(row, watched)
    try:
        if watched is None or verdict in {Verdict.CANCEL, Verdict.SUPERSEDE}:
            settled = settled_state(verdict, row)
            run.ledger.settle(row, settled, now)
            return settled.lower()
        run.ledger.postpone(row, now, now + RESTING)
    except ConflictError:
        return "taken_by_another"
    return "parked"


def deliver(run: Delivery, ready: Ready, now: datetime) -> str:
    """Send one row as a message of its own; return what happened, in a word for the metrics."""
    counts = _send(run, _leased(run, [ready], now), now, together=False)
    return next(iter(counts), "taken_by_another")


def deliver_together(run: Delivery, readies: Sequence[Ready], now: datetime) -> Counter[str]:
    """Send several rows as one digest; return how often each thing happened. Each row keeps its own account."""
    leased = _leased(run, readies, now)
    counts = Counter(taken_by_another=len(readies) - len(leased))
    return counts + _send(run, leased, now, together=True)


def noticed(run: Delivery, ready: Ready, now: datetime) -> Notice:
    """Return the notice of a row as it reads now."""
    return notice_of(ready.row, ready.watched, now, run.rules, run.page_url, shop=run.shop)


def judge(run: Delivery, row: LedgerRow, watched: Watched | None, now: datetime) -> Verdict:
    """Decide about a row by the state of its instance."""
    if watched is None:
        return Verdict.CANCEL
    if row.key.milestone is not None:
        return judge_reminder(row, watched.state, silent=_silent(run, row.key, watched, now))
    if row.key.change:
        return judge_change(watched.state)
    if not watched.state.enabled and not watched.state.deleted:
        return Verdict.PARK
    answered = (RowKey.of_alert(row.key.instance_id, alert) for alert in row.alerts)
    rows = [run.ledger.row(key) for key in answered]
    return judge_resolve([row for row in rows if row is not None])


def _silent(run: Delivery, key: RowKey, watched: Watched, now: datetime) -> bool:
    series = watched.state.series.get(key.clock)
    if series is None or key.milestone is None:
        return False
    hold = held_until(series, key.milestone, run.rules.ladders[key.clock], watched.instance.zone, run.rules.hour)
    return hold is not None and now < hold


def _leased(run: Delivery, readies: Sequence[Ready], now: datetime) -> list[Ready]:
    leased = []
    for ready in readies:
        try:
            leased.append(replace(ready, row=run.ledger.lease(ready.row, run.owner, now, now + LEASE)))
        except ConflictError:
            continue
    return leased


def _send(run: Delivery, leased: Sequence[Ready], now: datetime, *, together: bool) -> Counter[str]:
    """Publish once what was leased, then mark each row; only the holder of a lease can mark."""
    if not leased:
        return Counter()
    notices = [noticed(run, ready, now) for ready in leased]
    message = digest_of(notices, run.page_url, now) if together else notices[0]
    settle: Callable[[LedgerRow], str]
    try:
        message_id = run.publisher.publish(message)
    except DeliveryUnknownError:
        # Nobody knows whether it was taken: the leases run out by themselves, and one more copy may follow.
        return Counter(unknown=len(leased))
    except DeliveryFailedError:
        settle = partial(_postponed, run, now)
    except DeliveryRefusedError:
        settle = partial(_refused, run, now)
    else:
        settle = partial(_marked, run, now, message_id)
    counts: Counter[str] = Counter(digests=int(together))
    for ready in leased:
        with kept_apart(counts, ready.row.key.instance_id):
            counts[settle(ready.row)] += 1
    return +counts


def _marked(run: Delivery, now: datetime, message_id: str, row: LedgerRow) -> str:
    run.ledger.mark_sent(row, now, message_id)
    return "resolved" if row.key.event is Event.RESOLVED else "sent"


def _postponed(run: Delivery, now: datetime, row: LedgerRow) -> str:
    run.ledger.release(row, now + backoff(row.attempts))
    return "postponed"


def _refused(run: Delivery, now: datetime, row: LedgerRow) -> str:
    refused = replace(row, refusals=row.refusals + 1)
    if refused.refusals >= REFUSALS:
        run.ledger.bury(refused, now)
        return RowState.DEAD.lower()
    run.ledger.release(refused, now + backoff(row.attempts))
    return "refused"


@contextmanager
def kept_apart(counts: Counter[str], instance_id: str) -> Iterator[None]:
    """Keep one instance's trouble from the others: it is logged and counted, and its rows stay due."""
    try:
        yield
    except Exception:
        log.exception("an instance could not be reminded of", extra={"instance_id": instance_id})
        counts["failed"] += 1
