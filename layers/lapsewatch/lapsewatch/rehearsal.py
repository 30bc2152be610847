"""A run that leaves no trace: the real one, over a ledger that keeps its writes to itself, and a channel that notes.

What it notes is exactly what a run at that instant would send, because nothing decides here but the run itself.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from lapsewatch.deliver import Delivery
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.moves import Summary, Sweep
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import InstanceState
from lapsewatch.ports import Ledger, Moves, Watching
from lapsewatch.remind import remind
from lapsewatch.sweep import tell_of_sweep


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a run would send, in its order, and how many instances it could not decide about."""

    messages: tuple[Notice | Digest | Summary, ...]
    failed: int


def rehearse(run: Delivery, moves: Moves, now: datetime) -> Rehearsed:
    """Return what a run at `now` would send, and change nothing."""
    pages, notes = Overlay(run.fleet, run.ledger), Notes(run.publisher.fitting)
    rehearsal = replace(run, fleet=pages, ledger=pages, publisher=notes, time_left=lambda: math.inf)
    counts = remind(rehearsal, now)
    tell_of_sweep(rehearsal, Untold(moves), now)
    return Rehearsed(tuple(notes.messages), counts["failed"])


@dataclass
class Notes:
    """A channel that takes note of what it is given."""

    fitting: Callable[[Iterable[Notice]], int]
    messages: list[Notice | Digest | Summary] = field(default_factory=list)

    def publish(self, message: Notice | Digest | Summary) -> str:
        self.messages.append(message)
        return "rehearsed"


class Overlay:
    """The fleet and the ledger as they are, with the writes of one run laid over them."""

    def __init__(self, fleet: Watching, ledger: Ledger) -> None:
        self._fleet = fleet
        self._ledger = ledger
        self._rows: dict[RowKey, LedgerRow] = {}
        self._claimed: dict[tuple[str, Clock], int | None] = {}

    def watched(self, instance_ids: Iterable[str], *, removed: bool = False) -> dict[str, Watched]:
        found = self._fleet.watched(instance_ids, removed=removed)
        return {instance_id: replace(item, state=self._after(item.state)) for instance_id, item in found.items()}

    def _after(self, state: InstanceState) -> InstanceState:
        series = {
            clock: replace(item, claimed=self._claimed.get((state.instance_id, clock), item.claimed))
            for clock, item in state.series.items()
        }
        return replace(state, series=series)

    def due_instances(self, now: datetime) -> Iterator[str]:
        return self._ledger.due_instances(now)

    def due_rows(self, now: datetime) -> Iterator[RowKey]:
        return self._ledger.due_rows(now)

    def some(self, keys: Iterable[RowKey]) -> dict[RowKey, LedgerRow]:
        wanted = list(keys)
        found = self._ledger.some(key for key in wanted if key not in self._rows)
        return found | {key: self._rows[key] for key in wanted if key in self._rows}

    def claim(self, before: InstanceState, row: LedgerRow, due_at: datetime | None) -> None:  # noqa: ARG002  of the port
        self._claimed[row.key.instance_id, row.key.clock] = row.key.milestone
        self._rows[row.key] = row

    def reindex(self, before: InstanceState, due_at: datetime | None) -> None:
        """Nothing that is sent depends on it."""

    def lease(self, row: LedgerRow, owner: str, now: datetime, until: datetime) -> LedgerRow:  # noqa: ARG002  of the port
        return replace(row, lease_owner=owner, due_at=until, attempts=row.attempts + 1)

    def mark_sent(self, row: LedgerRow, sent_at: datetime, sns_message_id: str) -> None:
        self._rows[row.key] = replace(row, state=RowState.SENT, sent_at=sent_at, sns_message_id=sns_message_id)

    def release(self, row: LedgerRow, due_at: datetime) -> None:
        self._rows[row.key] = replace(row, lease_owner=None, due_at=due_at)

    def postpone(self, row: LedgerRow, now: datetime, due_at: datetime) -> None:  # noqa: ARG002  of the port
        self._rows[row.key] = replace(row, due_at=due_at)

    def settle(self, row: LedgerRow, state: RowState, now: datetime) -> None:  # noqa: ARG002  of the port
        self._rows[row.key] = replace(row, state=state)

    def bury(self, row: LedgerRow, now: datetime) -> None:
        self.settle(row, RowState.DEAD, now)


class Untold:
    """Moves that are looked at and left as they are."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves

    def sweep(self) -> Sweep | None:
        return self._moves.sweep()

    def lease(self, sweep: Sweep, owner: str, now: datetime, until: datetime) -> None:
        """Nobody else need be kept from what is not told."""

    def told(self, sweep: Sweep, owner: str) -> None:
        """Leave it untold."""
