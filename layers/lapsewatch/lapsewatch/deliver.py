"""Deliver one row of the ledger: judge it by the state as it is now, lease it, publish it, mark it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lapsewatch.domain.ledger import (
    LEASE,
    REFUSALS,
    LedgerRow,
    RowKey,
    RowState,
    Verdict,
    backoff,
    judge_reminder,
    judge_resolve,
    settled_state,
)
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.notices import notice_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.series import held_until
from lapsewatch.errors import ConflictError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError
from lapsewatch.ports import Fleet, Ledger, Publisher

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


def deliver(run: Delivery, key: RowKey, now: datetime) -> str:
    """Bring one row as far as it can go; return what happened, in a word for the metrics.

    Publishing happens only between the lease and the mark, and only the holder of the lease can mark.
    """
    row = run.ledger.row(key)
    watched = run.fleet.watched([key.instance_id], removed=True).get(key.instance_id)
    if row is None or row.settled:
        return "already_settled"
    verdict = _judge(run, row, watched, now)
    try:
        if watched is None or verdict in {Verdict.CANCEL, Verdict.SUPERSEDE}:
            settled = settled_state(verdict, row)
            run.ledger.settle(row, settled, now)
            return settled.lower()
        if verdict is not Verdict.SEND:
            run.ledger.postpone(row, now, now + RESTING)
            return "parked"
        leased = run.ledger.lease(row, run.owner, now, now + LEASE)
    except ConflictError:
        return "taken_by_another"
    return _publish(run, leased, watched, now)


def _judge(run: Delivery, row: LedgerRow, watched: Watched | None, now: datetime) -> Verdict:
    if watched is None:
        return Verdict.CANCEL
    if row.key.milestone is not None:
        return judge_reminder(row, watched.state, silent=_silent(run, row.key, watched, now))
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


def _publish(run: Delivery, row: LedgerRow, watched: Watched, now: datetime) -> str:
    notice = notice_of(row, watched, now, run.rules, run.page_url, shop=run.shop)
    try:
        message_id = run.publisher.publish(notice)
    except DeliveryUnknownError:
        # Nobody knows whether it was taken: the lease runs out by itself, and one more copy may follow.
        return "unknown"
    except DeliveryFailedError:
        run.ledger.release(row, now + backoff(row.attempts))
        return "postponed"
    except DeliveryRefusedError:
        return _refused(run, replace(row, refusals=row.refusals + 1), now)
    run.ledger.mark_sent(row, now, message_id)
    return "resolved" if row.key.milestone is None else "sent"


def _refused(run: Delivery, row: LedgerRow, now: datetime) -> str:
    if row.refusals >= REFUSALS:
        run.ledger.bury(row, now)
        return RowState.DEAD.lower()
    run.ledger.release(row, now + backoff(row.attempts))
    return "refused"
