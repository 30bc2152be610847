"""What one reading of a PBX does to its instance's state. Pure: no clock, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.domain.changes import Change, changed_lately, changes, fallen, left_behind, news
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import Answer, LedgerRow, RowKey, RowState
from lapsewatch.domain.license import FailedRead, License, Observation, Reading
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.retries import not_before
from lapsewatch.domain.series import Series, clears, is_same_cycle, move, open_series
from lapsewatch.domain.silence import keeping, unsaid
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.streaks import GOOD, UNUSABLE_DATE, lengthened

CLOCKS = {"expires_at": Clock.LICENSE, "maintenance_expires_at": Clock.MAINTENANCE}
"""Whose date a rejected field is."""
WORDS = {Clock.LICENSE: "expiration date", Clock.MAINTENANCE: "maintenance date"}


@dataclass(frozen=True, slots=True)
class Resolve:
    """Open alerts of one clock that are settled, and by what."""

    clock: Clock
    cycle: int
    alerts: frozenset[str]
    answer: Answer = Answer.RENEWED


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A reading taken in: the state it leads to, and the resolves it owes."""

    state: InstanceState
    resolves: tuple[Resolve, ...] = ()
    changes: tuple[Change, ...] = ()
    """What is different from the last observation, for the history."""
    shifts: tuple[int, ...] = ()
    """By how many whole days each date moved that opened a later cycle."""
    news: bool = False
    """Whether somebody should hear of the changes."""


def absorb(state: InstanceState, reading: Reading, rules: ReminderRules, zone: ZoneInfo) -> Absorbed:
    """Take a reading into the state. A failed read never touches what the last good one said."""
    if isinstance(reading, FailedRead):
        return Absorbed(_after_failure(state, reading))
    return _after_observation(state, reading, rules, zone)


def owed_rows(absorbed: Absorbed, now: datetime) -> Iterator[LedgerRow]:
    """Yield the new ledger rows that a reading owes: its resolves, and one for all changes that are news."""
    state = absorbed.state
    if absorbed.news:
        key = RowKey(state.instance_id, Clock.LICENSE, state.obs_seq, None, change=True)
        yield LedgerRow(key, RowState.PENDING, created_at=now, due_at=now, changes=absorbed.changes)
    for resolve in absorbed.resolves:
        key = RowKey(absorbed.state.instance_id, resolve.clock, resolve.cycle, None)
        row = LedgerRow(key, RowState.PENDING, now, due_at=now, alerts=resolve.alerts, answer=resolve.answer)
        # Whoever is told that a license is renewed must hear in the same breath that it became smaller.
        yield replace(row, changes=fallen(absorbed.changes) if resolve.clock is Clock.LICENSE else ())


def _after_failure(state: InstanceState, failed: FailedRead) -> InstanceState:
    in_a_row = state.fail_count + 1 if state.reason is failed.reason else 1
    streaks = lengthened(state.streaks, failed.reason.value, failed.failed_at)
    return replace(
        state,
        reason=failed.reason,
        fail_count=in_a_row,
        failing_since=failed.failed_at if state.reason is None else state.failing_since,
        tried_at=failed.failed_at,
        streaks=streaks,
        next_poll_at=not_before(failed, streaks),
        way=failed.way or state.way,
        lease_until=None,
    )


def _after_observation(state: InstanceState, seen: Observation, rules: ReminderRules, zone: ZoneInfo) -> Absorbed:
    series = dict(state.series)
    resolves = []
    for clock, expires_at in _dates(seen.license).items():
        if expires_at is None:
            continue
        moved = _moved(state, clock, expires_at, seen.observed_at, zone)
        old = state.series.get(clock)
        closes = old is not None and not is_same_cycle(old, expires_at)
        if closes and moved.open_alerts and clears(expires_at, rules.ladders[clock], seen.observed_at, zone):
            resolves.append(Resolve(clock, moved.cycle, moved.open_alerts))
            moved = replace(moved, open_alerts=frozenset())
        series[clock] = moved
    facts = _keeping_dates(keeping(seen.license, state.license), series)
    found = changes(state.license, facts)
    notes = _notes(state, seen)
    after = replace(
        state,
        license=facts,
        left=left_behind(found, state.left, seen.observed_at),
        changed=changed_lately(found, state.changed, seen.observed_at),
        unsaid=unsaid(seen.license, facts, state.unsaid, seen.observed_at),
        observed_at=seen.observed_at,
        obs_seq=state.obs_seq + 1,
        perpetual=_perpetual(state, series, notes),
        notes=notes,
        reason=None,
        fail_count=0,
        failing_since=None,
        tried_at=seen.observed_at,
        streaks=lengthened(state.streaks, UNUSABLE_DATE if notes else GOOD, seen.observed_at),
        next_poll_at=None,
        way=seen.way or state.way,
        pin_ends_at=seen.pin_ends_at,
        lease_until=None,
        series=series,
    )
    told = news(found, state.left, seen.observed_at)
    return Absorbed(after, tuple(resolves), found, _shifts(state.series, series), told)


def _shifts(before: Mapping[Clock, Series], after: Mapping[Clock, Series]) -> tuple[int, ...]:
    """Return how far license dates moved ahead; maintenance mostly moves along and is not counted twice."""
    old = before.get(Clock.LICENSE)
    if old is None:
        return ()
    new = after[Clock.LICENSE]
    days = (new.expires_at - old.expires_at).days
    return (days,) if new.cycle != old.cycle and days > 0 else ()


def _moved(state: InstanceState, clock: Clock, expires_at: datetime, now: datetime, zone: ZoneInfo) -> Series:
    series = state.series.get(clock)
    if series is None:
        return open_series(clock, expires_at, now, zone, cycle=state.last_cycles.get(clock, 0) + 1)
    return move(series, expires_at, now, zone)


def _perpetual(state: InstanceState, series: Mapping[Clock, Series], notes: Mapping[Clock, str]) -> bool:
    """Tell whether maintenance alone runs: an expiration date that is absent says so, an unusable one does not."""
    alone = Clock.LICENSE not in series and Clock.MAINTENANCE in series
    return alone and (state.perpetual or Clock.LICENSE not in notes)


def _keeping_dates(read: License, series: Mapping[Clock, Series]) -> License:
    """Keep a date once known in force when the PBX stops saying it: silence is not a renewal."""
    kept = {clock: item.expires_at for clock, item in series.items()}
    return replace(read, expires_at=kept.get(Clock.LICENSE), maintenance_expires_at=kept.get(Clock.MAINTENANCE))


def _dates(read: License) -> dict[Clock, datetime | None]:
    return {Clock.LICENSE: read.expires_at, Clock.MAINTENANCE: read.maintenance_expires_at}


def _notes(state: InstanceState, seen: Observation) -> dict[Clock, str]:
    """Say of each clock what was wrong with its date, so that a kept date is never mistaken for a read one."""
    rejected = {CLOCKS[name]: problem for name, problem in seen.rejected if name in CLOCKS}
    notes = {clock: f"the PBX gave an unusable {WORDS[clock]} ({problem})" for clock, problem in rejected.items()}
    missing = (clock for clock, date in _dates(seen.license).items() if date is None and clock in state.series)
    return {clock: f"the PBX gave no {WORDS[clock]} any more" for clock in missing} | notes
