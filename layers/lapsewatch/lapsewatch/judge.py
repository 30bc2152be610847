"""Decide what becomes of rows that are due, by the ledger and the instances as they are now."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from lapsewatch.deliver import Delivery, Ready, kept_apart
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import (
    Answer,
    LedgerRow,
    RowKey,
    Verdict,
    judge_change,
    judge_reminder,
    judge_resolve,
    looked_at_again,
    settled_state,
)
from lapsewatch.domain.notices import notice_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.series import clears, held_until, tightest_crossed
from lapsewatch.errors import ConflictError

AT_ONCE = 100
"""How many rows are read with one call."""


def ready_rows(run: Delivery, keys: Iterable[RowKey], now: datetime, counts: Counter[str]) -> list[Ready]:
    """Return those rows that are to be sent; settle or postpone the others, and count what became of each.

    Reminders are judged before the resolves that wait for them, or those would rest for nothing.
    """
    found: list[Ready] = []
    ordered = sorted(keys, key=lambda key: key.milestone is None)
    for some in batched(ordered, AT_ONCE, strict=False):
        if not run.in_time:
            counts["backlog"] += len(some)
            continue
        rows: dict[RowKey, LedgerRow] | None = None
        with kept_apart(counts, *(key.instance_id for key in some)):
            watched = run.fleet.watched(dict.fromkeys(key.instance_id for key in some), removed=True)
            rows = run.ledger.some(some)
        for key in some if rows is not None else ():
            with kept_apart(counts, key.instance_id):
                ready = _taken_up(run, key, rows.get(key), watched.get(key.instance_id), now)
                if isinstance(ready, Ready):
                    found.append(ready)
                else:
                    counts[ready] += 1
    return found


def _taken_up(run: Delivery, key: RowKey, row: LedgerRow | None, watched: Watched | None, now: datetime) -> Ready | str:
    """Return a row if it is to be sent, else what became of it, in a word for the metrics."""
    if row is None or watched is None:
        # Neither is ever deleted while it is due: it is there and cannot be read. Whoever repairs it finds it waiting.
        raise LookupError(f"{key.alert} or its instance cannot be read")
    if row.settled:
        return "already_settled"
    answered = _answered(run, row)
    verdict = _judged(run, row, watched, answered.values(), now)
    if verdict is Verdict.SEND:
        return Ready(row, notice_of(row, watched, now, run.rules, run.page_url, shop=run.shop))
    try:
        if verdict in {Verdict.CANCEL, Verdict.SUPERSEDE}:
            settled = settled_state(verdict, row)
            run.ledger.settle(row, settled, now)
            return settled.lower()
        unsettled = [found for found in answered.values() if found is not None and not found.settled]
        run.ledger.postpone(row, now, looked_at_again(now, unsettled))
    except ConflictError:
        return "taken_by_another"
    return "parked"


def _answered(run: Delivery, row: LedgerRow) -> dict[RowKey, LedgerRow | None]:
    """Return the rows that a resolve answers, None for those that have expired since."""
    keys = [RowKey.of_alert(row.key.instance_id, alert) for alert in row.alerts]
    found = run.ledger.some(keys) if keys else {}
    return {key: found.get(key) for key in keys}


def _judged(
    run: Delivery, row: LedgerRow, watched: Watched, answered: Iterable[LedgerRow | None], now: datetime
) -> Verdict:
    state = watched.state
    if row.key.milestone is not None:
        tightest = _tightest(run, row.key.clock, watched, now)
        return judge_reminder(row, state, tightest, silent=_silent(run, row.key, watched, now))
    if row.key.change:
        return judge_change(state)
    if not state.enabled and not state.deleted:
        return Verdict.PARK
    return judge_resolve(answered, cleared=_cleared(run, row, watched, now))


def _tightest(run: Delivery, clock: Clock, watched: Watched, now: datetime) -> int | None:
    series = watched.state.series.get(clock)
    if series is None:
        return None
    return tightest_crossed(series, run.rules.ladders[clock], now, watched.instance.zone)


def _silent(run: Delivery, key: RowKey, watched: Watched, now: datetime) -> bool:
    series = watched.state.series.get(key.clock)
    if series is None or key.milestone is None:
        return False
    hold = held_until(series, key.milestone, run.rules.ladders[key.clock], watched.instance.zone, run.rules.hour)
    return hold is not None and now < hold


def _cleared(run: Delivery, row: LedgerRow, watched: Watched, now: datetime) -> bool:
    """Whether a resolve still tells the truth: a date that has moved back since has renewed nothing."""
    series = watched.state.series.get(row.key.clock)
    if row.answer is not Answer.RENEWED or series is None:
        return True
    return clears(series.expires_at, run.rules.ladders[row.key.clock], now, watched.instance.zone)
