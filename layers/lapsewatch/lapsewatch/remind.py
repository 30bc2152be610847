"""Owe each crossed milestone once, then publish what is owed.

The promise: in each cycle, one row per crossed milestone at most, and only ever the tightest; published at least
once, and once only unless the channel's answer or our mark was lost on the way.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched

from lapsewatch.deliver import Delivery, Ready, deliver, deliver_together, judge, kept_apart, noticed, take_up
from lapsewatch.domain.claims import claims
from lapsewatch.domain.digests import most_urgent_first
from lapsewatch.domain.ledger import RowKey, Verdict
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import next_due_at
from lapsewatch.errors import ConflictError

TRIES = 4
ENOUGH_TIME = 20.0
"""Seconds that must be left of the invocation to take new leases: a publish may hang until its timeout."""
AT_ONCE = 100
"""How many rows are judged before they are sent: few enough that their states are still fresh."""


def remind(run: Delivery, now: datetime) -> Counter[str]:
    """Claim and deliver everything that is due at `now`; return how often each thing happened.

    One instance that fails is counted under `failed` and never stops the others. Nothing is taken up that the time
    left might not finish: it is counted under `backlog` and stays due.
    """
    counts: Counter[str] = Counter()
    claimed: list[RowKey] = []
    for instance_id in run.ledger.due_instances(now):
        with kept_apart(counts, instance_id):
            claimed += _claim(run, instance_id, now, counts)
    counts["claimed"] = len(claimed)
    # The index may not show the rows just claimed yet; the run that claimed them delivers them all the same.
    due = list(dict.fromkeys([*run.ledger.due_rows(now), *claimed]))
    for keys in batched(due, AT_ONCE, strict=False):
        if run.time_left() < ENOUGH_TIME:
            counts["backlog"] += len(keys)
            continue
        counts += _deliver(run, _taken_up(run, keys, now, counts), now, digested=counts["digests"] > 0)
    return counts


def plan(run: Delivery, now: datetime) -> list[Notice]:
    """Return what a run at `now` would send, most urgent first, and change nothing."""
    states: dict[str, Watched] = {}
    rows = {}
    for instance_id, watched in run.fleet.watched(run.ledger.due_instances(now)).items():
        states[instance_id] = watched
        if watched.state.enabled:
            for claim in claims(watched.state, run.rules, watched.instance.zone, now):
                rows[claim.row.key] = claim.row
                states[instance_id] = replace(watched, state=claim.after)
    rows |= {key: row for key in run.ledger.due_rows(now) if (row := run.ledger.row(key)) and not row.settled}
    ids = {key.instance_id for key in rows} - states.keys()
    states |= run.fleet.watched(ids, removed=True)
    ready = [Ready(row, states[key.instance_id]) for key, row in rows.items() if key.instance_id in states]
    to_send = [item for item in ready if judge(run, item.row, item.watched, now) is Verdict.SEND]
    return most_urgent_first(noticed(run, item, now) for item in to_send)


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
        try:
            for claim in claims(watched.state, run.rules, watched.instance.zone, now):
                run.ledger.claim(claim.before, claim.row, claim.due_at)
                claimed.append(claim.row.key)
            if not claimed:
                run.ledger.reindex(watched.state, next_due_at(watched.state, run.rules, now, watched.instance.zone))
                counts["reindexed"] += 1
        except ConflictError:
            continue
        return claimed
    return claimed


def _taken_up(run: Delivery, keys: Sequence[RowKey], now: datetime, counts: Counter[str]) -> Iterator[Ready]:
    for key in keys:
        taken: Ready | str = "failed"
        with kept_apart(counts, key.instance_id):
            taken = take_up(run, key, now)
            if isinstance(taken, str):
                counts[taken] += 1
        if isinstance(taken, Ready):
            yield taken


def _deliver(run: Delivery, taken: Iterator[Ready], now: datetime, *, digested: bool) -> Counter[str]:
    """Send a batch: each row by itself, or all as digests if there are many, now or earlier in this run."""
    ready = list(taken)
    counts: Counter[str] = Counter()
    if run.digest_over and ready and (digested or len(ready) > run.digest_over):
        for some in _fitting(run, ready, now):
            counts += deliver_together(run, some, now) if _in_time(run, counts, len(some)) else Counter()
        return counts
    for item in ready:
        if _in_time(run, counts, 1):
            with kept_apart(counts, item.row.key.instance_id):
                counts[deliver(run, item, now)] += 1
    return counts


def _in_time(run: Delivery, counts: Counter[str], rows: int) -> bool:
    if run.time_left() >= ENOUGH_TIME:
        return True
    counts["backlog"] += rows
    return False


def _fitting(run: Delivery, ready: list[Ready], now: datetime) -> Iterator[list[Ready]]:
    """Yield as many rows at a time as the channel can take in one digest, the most urgent first."""
    by_notice = {notice.event_id: item for item in ready for notice in (noticed(run, item, now),)}
    waiting = most_urgent_first(noticed(run, item, now) for item in ready)
    while waiting:
        some = max(run.publisher.fitting(waiting), 1)
        yield [by_notice[notice.event_id] for notice in waiting[:some]]
        waiting = waiting[some:]
