"""Owe each crossed milestone once, then publish what is owed.

The promise: in each cycle, one row per crossed milestone at most, and only ever the tightest; published at least
once, and once only unless the channel's answer or our mark was lost on the way.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from lapsewatch.deliver import HELD, Delivery, Ready, deliver, kept_apart
from lapsewatch.domain.claims import claims
from lapsewatch.domain.digests import urgency
from lapsewatch.domain.ledger import RowKey
from lapsewatch.domain.state import next_due_at
from lapsewatch.errors import ConflictError, RunFailedError
from lapsewatch.judge import ready_rows

log = logging.getLogger(__name__)

TRIES = 4


def remind(run: Delivery, now: datetime) -> Counter[str]:
    """Claim and deliver everything that is due at `now`; return how often each thing happened.

    One instance that fails is counted under `failed` and never stops the others. Nothing is taken up that the time
    left might not finish: it is counted under `backlog` and stays due. `oldest_due_age` is how many seconds ago the
    oldest notice was owed that this run was to send.
    """
    counts: Counter[str] = Counter(claimed=0)
    # 1. Owe what was crossed. The index may not show these rows yet; the run that claimed them delivers them.
    claimed = _claim_all(run, now, counts)
    due = dict.fromkeys([*run.ledger.due_rows(now), *claimed])
    # 2. Judge all that is due before anything is sent: only then is it known what is urgent, and whether it is much.
    ready = sorted(ready_rows(run, due, now, counts), key=lambda item: urgency(item.notice))
    counts["oldest_due_age"] = max((int((now - item.row.created_at).total_seconds()) for item in ready), default=0)
    # 3. Send it.
    together = bool(run.digest_over) and len(ready) > run.digest_over
    counts.update(_deliver_all(run, ready, now, together=together))
    return counts


def complete(counts: Counter[str]) -> None:
    """Raise RunFailedError if a run failed for anybody: done is not the same as well."""
    if counts["failed"]:
        raise RunFailedError(f"{counts['failed']} could not be reminded of; the log says why")


def _claim_all(run: Delivery, now: datetime, counts: Counter[str]) -> list[RowKey]:
    claimed: list[RowKey] = []
    for instance_id in run.ledger.due_instances(now):
        if not run.in_time:
            counts["backlog"] += 1
            continue
        with kept_apart(counts, instance_id):
            claimed += _claim(run, instance_id, now, counts)
    counts["claimed"] = len(claimed)
    return claimed


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
    log.error("an instance cannot be claimed for", extra={"instance_id": instance_id})
    counts["failed"] += 1
    return claimed


def _deliver_all(run: Delivery, ready: Sequence[Ready], now: datetime, *, together: bool) -> Counter[str]:
    """Send a batch at a time, judged anew if others were sent since: a renewal meanwhile must not be talked over."""
    counts: Counter[str] = Counter()
    sent = 0
    while sent < len(ready) and run.in_time and not counts[HELD]:
        size = max(run.publisher.fitting(item.notice for item in ready[sent:]), 1) if together else 1
        some = ready[sent : sent + size]
        if sent:
            some = ready_rows(run, [item.row.key for item in some], now, counts)
        counts.update(deliver(run, some, now, together=together))
        sent += size
    counts["backlog"] += max(len(ready) - sent, 0)
    return +counts
