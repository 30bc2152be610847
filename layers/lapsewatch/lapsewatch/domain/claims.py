"""What an instance owes now, as ledger rows and the states they lead to. Pure: the same for a run and a dry run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.series import due_milestone
from lapsewatch.domain.state import InstanceState, speaking_series, state_due_at


@dataclass(frozen=True, slots=True)
class Claim:
    """One notice to be claimed: its row, the states before and after, and when the next one may be due."""

    row: LedgerRow
    before: InstanceState
    after: InstanceState
    due_at: datetime | None


def claims(state: InstanceState, rules: ReminderRules, zone: ZoneInfo, now: datetime) -> Iterator[Claim]:
    """Yield the claims of an instance, each one starting from the state that the one before it leads to."""
    for series in speaking_series(state, zone):
        milestone = due_milestone(series, rules.ladders[series.clock], now, zone, rules.hour)
        if milestone is None:
            continue
        key = RowKey(state.instance_id, series.clock, series.cycle, milestone)
        claimed = replace(series, claimed=milestone, open_alerts=series.open_alerts | {key.alert})
        after = replace(state, ver=state.ver + 1, series={**state.series, series.clock: claimed})
        row = LedgerRow(key, RowState.PENDING, created_at=now, due_at=now)
        yield Claim(row, state, after, state_due_at(after, rules, zone))
        state = after
