"""Everything that is known about one instance at one instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lapsewatch.domain.changes import Entry
from lapsewatch.domain.explanation import Line, explain
from lapsewatch.domain.handovers import Handover
from lapsewatch.domain.ledger import LedgerRow
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import Watched, fleet_status
from lapsewatch.domain.status import FleetStatus, StatusRow
from lapsewatch.domain.timeline import Point, timeline


@dataclass(frozen=True, slots=True)
class Detail:
    """One instance as its own page shows it."""

    watched: Watched
    status: FleetStatus
    """The instance as a fleet of one, in its own zone."""
    lines: tuple[Line, ...]
    points: tuple[Point, ...]
    history: tuple[Entry, ...]
    """The latest first."""
    rules: ReminderRules
    handovers: tuple[Handover, ...] = ()
    """What became of notices on routes."""

    @property
    def row(self) -> StatusRow:
        return self.status.rows[0]

    @property
    def now(self) -> datetime:
        return self.status.generated_at


def detail_of(
    watched: Watched,
    rows: Iterable[LedgerRow],
    history: Iterable[Entry],
    rules: ReminderRules,
    renew_template: str,
    now: datetime,
    *,
    handovers: Iterable[Handover] = (),
) -> Detail:
    """Return one instance with its ledger explained and both clocks in the order of time."""
    lines = explain(watched, rows, rules, now)
    return Detail(
        watched=watched,
        status=fleet_status([watched], now, watched.instance.zone, rules, renew_template),
        lines=tuple(lines),
        points=timeline(lines, watched, rules, now),
        history=tuple(history),
        rules=rules,
        handovers=tuple(handovers),
    )
