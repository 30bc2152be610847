"""The ledger: one row for each notice that was ever owed, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from lapsewatch.domain.changes import Change
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.milestones import EXPIRED
from lapsewatch.domain.state import InstanceState

LEASE = timedelta(seconds=360)
"""Longer than an invocation can live (300 s), so that no two runs ever hold one row."""
REFUSALS = 3
LONGEST_BACKOFF = timedelta(hours=1)
RESTING = timedelta(hours=1)
"""How long a row that may not be sent yet rests before it is looked at again."""
KEPT = timedelta(days=400)
RESOLVE = "R"
CHANGE = "C"


class RowState(StrEnum):
    """Where a notice stands. All but PENDING are final."""

    PENDING = "PENDING"
    SENT = "SENT"
    CANCELLED = "CANCELLED"
    SUPERSEDED = "SUPERSEDED"
    MAYBE = "MAYBE"
    """The cycle ended after an attempt whose outcome is unknown: counts as sent when a resolve is decided."""
    DEAD = "DEAD"


HEARD = frozenset({RowState.SENT, RowState.MAYBE, RowState.DEAD})
"""How a reminder ends that somebody may have heard."""


class Answer(StrEnum):
    """Why open alerts are settled."""

    RENEWED = "renewed"
    REMOVED = "removed"
    NO_EXPIRY = "no_expiry"


class Event(StrEnum):
    """What a message says happened."""

    REMINDER = "reminder"
    EXPIRED = "expired"
    RESOLVED = "resolved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RowKey:
    """The identity of a notice: instance, clock, cycle and milestone; a resolve has no milestone.

    A change notice has none either; its cycle is the number of the observation that brought the change.
    """

    instance_id: str
    clock: Clock
    cycle: int
    milestone: int | None
    change: bool = False

    @property
    def alert(self) -> str:
        """The key within its instance, such as `license#000003#010`, `license#000004#R` or `license#000017#C`."""
        last = f"{self.milestone:03d}" if self.milestone is not None else CHANGE if self.change else RESOLVE
        return f"{self.clock}#{self.cycle:06d}#{last}"

    @property
    def event(self) -> Event:
        if self.change:
            return Event.CHANGED
        if self.milestone is None:
            return Event.RESOLVED
        return Event.EXPIRED if self.milestone == EXPIRED else Event.REMINDER

    @classmethod
    def of_alert(cls, instance_id: str, alert: str) -> Self:
        """Read a key back from its text; raise ValueError if it is none."""
        clock, cycle, last = alert.split("#")
        milestone = None if last in {RESOLVE, CHANGE} else int(last)
        return cls(instance_id, Clock(clock), int(cycle), milestone, change=last == CHANGE)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the ledger."""

    key: RowKey
    state: RowState
    created_at: datetime
    attempts: int = 0
    refusals: int = 0
    lease_owner: str | None = None
    due_at: datetime | None = None
    """When the row may next be taken up: the end of its lease or of its back-off; None once settled."""
    sent_at: datetime | None = None
    sns_message_id: str | None = None
    alerts: frozenset[str] = frozenset()
    """For a resolve: the alerts that it answers."""
    answer: Answer = Answer.RENEWED
    """For a resolve: why they are settled."""
    changes: tuple[Change, ...] = ()
    """For a change notice: what changed. For a resolve: by what the license fell to a smaller tier."""

    @property
    def settled(self) -> bool:
        return self.state is not RowState.PENDING


class Verdict(StrEnum):
    """What to do with a row that is due."""

    SEND = "send"
    PARK = "park"
    WAIT = "wait"
    CANCEL = "cancel"
    SUPERSEDE = "supersede"


def judge_reminder(row: LedgerRow, state: InstanceState, tightest: int | None, *, silent: bool) -> Verdict:
    """Decide about a reminder by whether what was owed when it was claimed is owed still.

    `tightest` is the tightest milestone whose window is in: once there is a tighter one, this row waits to be
    superseded by it. `silent` tells whether somebody acknowledged the cycle meanwhile.
    """
    if row.key.milestone is None or not state.in_cycle(row.key.clock, row.key.cycle):
        return Verdict.CANCEL
    if not state.enabled:
        return Verdict.PARK
    claimed = state.series[row.key.clock].claimed
    if claimed is not None and claimed < row.key.milestone:
        return Verdict.SUPERSEDE
    overtaken = tightest is not None and tightest < row.key.milestone
    return Verdict.PARK if silent or overtaken else Verdict.SEND


def judge_resolve(answered: Iterable[LedgerRow | None], *, cleared: bool) -> Verdict:
    """Decide about a resolve: it follows its reminders, and only if one of them may have been heard.

    A row that is gone (None) was settled so long ago that it has expired: it counts as heard. `cleared` tells whether
    what it is about to say is still true.
    """
    rows = list(answered)
    if not cleared or any(row is not None and not row.settled for row in rows):
        return Verdict.WAIT
    return Verdict.SEND if any(row is None or row.state in HEARD for row in rows) else Verdict.CANCEL


def judge_change(state: InstanceState) -> Verdict:
    """Decide about a change notice: it stays true, so only a removal or a pause keeps it."""
    if state.deleted:
        return Verdict.CANCEL
    return Verdict.SEND if state.enabled else Verdict.PARK


def settled_state(verdict: Verdict, row: LedgerRow) -> RowState:
    """Return the final state of a row that is not sent: after any attempt, nobody knows whether it was heard."""
    if row.attempts > 0:
        return RowState.MAYBE
    return RowState.SUPERSEDED if verdict is Verdict.SUPERSEDE else RowState.CANCELLED


def looked_at_again(now: datetime, unsettled: Iterable[LedgerRow]) -> datetime:
    """Return when to look again at a row that is not sent: when what it waits for may be settled, within an hour."""
    waits = (row.due_at for row in unsettled if row.due_at is not None and row.due_at > now)
    return min([now + RESTING, *waits])


def backoff(attempts: int) -> timedelta:
    """Return how long to rest after so many attempts: a minute, doubling, at most an hour."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_BACKOFF)
