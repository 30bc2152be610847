"""Why did I (not) get a mail? Every notice of an instance, sent, waiting or never owed, each in one sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from lapsewatch.domain.ledger import Answer, Event, LedgerRow, RowKey, RowState
from lapsewatch.domain.milestones import EXPIRED, ReminderRules
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.sentences import RESOLVE_WHY, Held, cycle_of, why_settled, why_waiting
from lapsewatch.domain.series import Series, clears, crossing, held_until, passed_over
from lapsewatch.domain.state import InstanceState, speaking_series


class Standing(StrEnum):
    """Where a notice stands as people see it."""

    SENT = "sent"
    WAITING = "waiting"
    COMING = "coming"
    NOT_SENT = "not_sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


STANDINGS = {
    RowState.PENDING: Standing.WAITING,
    RowState.SENT: Standing.SENT,
    RowState.CANCELLED: Standing.NOT_SENT,
    RowState.SUPERSEDED: Standing.NOT_SENT,
    RowState.MAYBE: Standing.UNKNOWN,
    RowState.DEAD: Standing.FAILED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One notice: what it is, where it stands, and why."""

    key: RowKey
    standing: Standing
    due_at: datetime | None
    """When its milestone is crossed, in the cycle that is running; None for all else."""
    why: str
    row: LedgerRow | None = None


def explain(watched: Watched, rows: Iterable[LedgerRow], rules: ReminderRules, now: datetime) -> list[Line]:
    """Return a line per notice: the clocks in turn, the latest cycle first, the widest milestone first in each."""
    state, zone = watched.state, watched.instance.zone
    lines = {row.key: _line(row, state, rules, zone, now) for row in rows}
    for series in state.series.values():
        for line in _unclaimed(series, state, rules, zone, now):
            lines.setdefault(line.key, line)
    return sorted(lines.values(), key=_latest_first)


def _line(row: LedgerRow, state: InstanceState, rules: ReminderRules, zone: ZoneInfo, now: datetime) -> Line:
    series, milestone = cycle_of(row, state), row.key.milestone
    due_at = None if series is None or milestone is None else crossing(series, milestone, zone, rules.hour)
    if row.state is RowState.PENDING:
        why = why_waiting(row, state, _held(row, state, rules, zone, now))
    else:
        why = why_settled(row, state)
    if row.key.change:
        why = f"{'; '.join(change.text for change in row.changes)}. {why}"
    elif milestone is None:
        why = f"{RESOLVE_WHY[row.answer]} {why}"
    return Line(row.key, STANDINGS[row.state], due_at, why, row)


def _held(row: LedgerRow, state: InstanceState, rules: ReminderRules, zone: ZoneInfo, now: datetime) -> Held | None:
    """Return what keeps a claimed row from going out, as the run that judges it sees it."""
    milestone, ladder = row.key.milestone, rules.ladders[row.key.clock]
    if row.key.event is Event.RESOLVED:
        series = state.series.get(row.key.clock)
        answered = series is None or row.answer is not Answer.RENEWED or clears(series.expires_at, ladder, now, zone)
        return None if answered else Held.MOVED_BACK
    series = cycle_of(row, state)
    if series is None or milestone is None:
        return None
    if passed_over(series, milestone, ladder, now, zone):
        return Held.OVERTAKEN
    until = held_until(series, milestone, ladder, zone, rules.hour)
    return Held.SILENT if until is not None and now < until else None


def _unclaimed(
    series: Series, state: InstanceState, rules: ReminderRules, zone: ZoneInfo, now: datetime
) -> Iterator[Line]:
    """Yield the milestones of the running cycle that nothing was claimed for."""
    ladder = rules.ladders[series.clock]
    speaks = series in speaking_series(state, zone)
    for milestone in (*ladder.days, EXPIRED):
        key = RowKey(state.instance_id, series.clock, series.cycle, milestone)
        due_at = crossing(series, milestone, zone, rules.hour)
        if not speaks:
            why = "Not sent: the license ends on the same day and speaks for both."
            yield Line(key, Standing.NOT_SENT, due_at, why)
        elif passed_over(series, milestone, ladder, now, zone):
            why = "Not sent: a tighter milestone was already due when this one could have been."
            yield Line(key, Standing.NOT_SENT, due_at, why)
        elif not series.still_wants(milestone):
            why = "Not sent: the date was more than 30 days past when it was first read."
            yield Line(key, Standing.NOT_SENT, due_at, why)
        else:
            held = held_until(series, milestone, ladder, zone, rules.hour)
            yield Line(key, Standing.COMING, due_at, _why_coming(series, state, due_at, held, now))


def _why_coming(series: Series, state: InstanceState, due_at: datetime, held: datetime | None, now: datetime) -> str:
    if not state.enabled:
        return "Waiting: the instance is paused."
    if held is not None and now < held:
        if series.acknowledged is not None:
            return f"Silent: {series.acknowledged.by} acknowledged this cycle: {series.acknowledged.reason}"
        return "Held back for a day: the date had moved away from this one and come back."
    return "Due: it goes out with the next run." if due_at <= now else "Not due yet."


def _latest_first(line: Line) -> tuple[bool, str, int, int]:
    milestone = line.key.milestone
    return (line.key.change, line.key.clock.value, -line.key.cycle, -1000 if milestone is None else -milestone)
