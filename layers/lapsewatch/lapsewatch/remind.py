"""Owe each crossed milestone once, then publish what is owed.

The promise: in each cycle, one row per crossed milestone at most, and only ever the tightest; published at least
once, and once only unless the channel's answer or our mark was lost on the way.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.deliver import Delivery, deliver
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.series import Series, due_milestone
from lapsewatch.domain.state import InstanceState, next_due_at, speaking_series, state_due_at
from lapsewatch.errors import ConflictError

log = logging.getLogger(__name__)

TRIES = 4
ENOUGH_TIME = 20.0
"""Seconds that must be left of the invocation to take a new lease: a publish may hang until its timeout."""


def remind(run: Delivery, now: datetime) -> Counter[str]:
    """Claim and deliver everything that is due at `now`; return how often each thing happened.

    One instance that fails is counted under `failed` and never stops the others. Nothing is taken up that the time
    left might not finish: it is counted under `backlog` and stays due.
    """
    counts: Counter[str] = Counter()
    claimed: list[RowKey] = []
    for instance_id in run.ledger.due_instances(now):
        with _kept_apart(counts, instance_id):
            claimed += _claim(run, instance_id, now, counts)
    counts["claimed"] = len(claimed)
    # The index may not show the rows just claimed yet; the run that claimed them delivers them all the same.
    for key in dict.fromkeys([*run.ledger.due_rows(now), *claimed]):
        if run.time_left() < ENOUGH_TIME:
            counts["backlog"] += 1
            continue
        with _kept_apart(counts, key.instance_id):
            counts[deliver(run, key, now)] += 1
    return counts


def _claim(run: Delivery, instance_id: str, now: datetime, counts: Counter[str]) -> list[RowKey]:
    """Create the rows that an instance owes now. Another run may be at it too: whoever commits first has claimed.

    One that owes nothing after all (the ladder, its zone or the hour changed) is put where it belongs in the index,
    or every run would read it again.
    """
    claimed: list[RowKey] = []
    for _ in range(TRIES):
        watched = run.fleet.watched([instance_id]).get(instance_id)
        if watched is None or not watched.state.enabled:
            return claimed
        state, zone = watched.state, watched.instance.zone
        owed = next(_owed(run.rules, state, now, zone), None)
        if owed is None:
            if not claimed:
                counts["reindexed"] += _reindex(run, state, now, zone)
            return claimed
        key = RowKey(instance_id, owed.clock, owed.cycle, owed.claimed)
        after = replace(state, series={**state.series, owed.clock: owed})
        row = LedgerRow(key, RowState.PENDING, created_at=now, due_at=now)
        try:
            run.ledger.claim(state, row, state_due_at(after, run.rules, zone))
        except ConflictError:
            continue
        claimed.append(key)
    return claimed


def _reindex(run: Delivery, state: InstanceState, now: datetime, zone: ZoneInfo) -> int:
    try:
        run.ledger.reindex(state, next_due_at(state, run.rules, now, zone))
    except ConflictError:
        return 0
    return 1


def _owed(rules: ReminderRules, state: InstanceState, now: datetime, zone: ZoneInfo) -> Iterator[Series]:
    """Yield each series that owes a notice, as it is once that notice is claimed."""
    for series in speaking_series(state, zone):
        milestone = due_milestone(series, rules.ladders[series.clock], now, zone, rules.hour)
        if milestone is not None:
            yield replace(series, claimed=milestone)


@contextmanager
def _kept_apart(counts: Counter[str], instance_id: str) -> Iterator[None]:
    """Keep one instance's trouble from the others: it is logged and counted, and its rows stay due."""
    try:
        yield
    except Exception:
        log.exception("an instance could not be reminded of", extra={"instance_id": instance_id})
        counts["failed"] += 1
