"""Bugs that would break the promise, each of them once shipped by somebody, to be switched on in tests only.

A proof that does not catch them proves nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from lapsewatch import deliver as deliveries
from lapsewatch import judge as judges
from lapsewatch import poll as polls
from lapsewatch.domain import reading as readings
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import LedgerRow, RowState, Verdict
from lapsewatch.domain.license import Observation, Reading
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.reading import Absorbed, Resolve
from lapsewatch.domain.state import InstanceState
from lapsewatch.errors import ConflictError

from tests.fakes import FakeStore
from tests.proof.kernel import Fault, wait

type Bug = Callable[[pytest.MonkeyPatch], None]


def null_resolves(patch: pytest.MonkeyPatch) -> None:
    """Silence of the PBX counts as a renewal."""
    absorb = readings.absorb

    def wrong(state: InstanceState, reading: Reading, rules: ReminderRules, zone: Any) -> Absorbed:
        absorbed = absorb(state, reading, rules, zone)
        series = state.series.get(Clock.LICENSE)
        if not isinstance(reading, Observation) or reading.license.expires_at or not series or not series.open_alerts:
            return absorbed
        closed = replace(series, cycle=series.cycle + 1, open_alerts=frozenset())
        resolve = Resolve(Clock.LICENSE, series.cycle + 1, series.open_alerts)
        return replace(absorbed, state=replace(absorbed.state, series={Clock.LICENSE: closed}), resolves=(resolve,))

    patch.setattr(polls, "absorb", wrong)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """A slow reading is stored over a newer one."""
    remember = polls.remember

    def wrong(work: Any, watched: Watched, reading: Reading, now: datetime) -> Any:
        latest = work.fleet.watched([watched.instance.instance_id]).get(watched.instance.instance_id)
        return remember(work, latest or watched, reading, now)

    patch.setattr(polls, "remember", wrong)


def resolve_any_change(patch: pytest.MonkeyPatch) -> None:
    """Any other date settles the alerts, however near it is."""
    for module in (readings, judges):
        patch.setattr(module, "clears", lambda *_: True)


def no_resolve_row(patch: pytest.MonkeyPatch) -> None:
    """The cycle closes, and the resolve is left to somebody who may crash before."""
    store = FakeStore._store

    def wrong(self: FakeStore, before: Any, absorbed: Absorbed, due_at: Any, now: Any) -> None:
        store(self, before, replace(absorbed, resolves=()), due_at, now)

    patch.setattr(FakeStore, "_store", wrong)


def claim_unfenced(patch: pytest.MonkeyPatch) -> None:
    """A claim is written whatever became of the state since it was read."""

    def wrong(self: FakeStore, before: InstanceState, row: LedgerRow, due_at: Any) -> None:
        _claim_state(self, before, row, due_at)
        self.ledger[row.key] = row

    patch.setattr(FakeStore, "claim", wrong)


def claim_two_steps(patch: pytest.MonkeyPatch) -> None:
    """The milestone is claimed first, and its row is written in a second step."""

    def wrong(self: FakeStore, before: InstanceState, row: LedgerRow, due_at: Any) -> None:
        self._must_be_unmoved(before)
        _claim_state(self, before, row, due_at)
        if wait("put the row") is not Fault.NONE:
            raise OSError("between the steps")
        self.ledger[row.key] = row

    patch.setattr(FakeStore, "claim", wrong)


def _claim_state(store: FakeStore, before: InstanceState, row: LedgerRow, due_at: Any) -> None:
    series = before.series[row.key.clock]
    claimed = replace(series, claimed=row.key.milestone, open_alerts=series.open_alerts | {row.key.alert})
    store.states[before.instance_id] = replace(
        before, ver=before.ver + 1, series={**before.series, row.key.clock: claimed}
    )
    store.due[before.instance_id] = due_at


def short_lease(patch: pytest.MonkeyPatch) -> None:
    """A lease ends while its holder may still be publishing."""
    patch.setattr(deliveries, "LEASE", timedelta(seconds=60))


def no_lease(patch: pytest.MonkeyPatch) -> None:
    """Whoever finds a row publishes it."""

    def wrong(self: FakeStore, row: LedgerRow, owner: str, now: Any, until: Any) -> LedgerRow:
        stored = self.ledger[row.key]
        if stored.settled:
            raise ConflictError
        leased = replace(stored, lease_owner=owner, attempts=stored.attempts + 1)
        self.ledger[row.key] = leased
        return leased

    patch.setattr(FakeStore, "lease", wrong)


def mark_before_send(patch: pytest.MonkeyPatch) -> None:
    """A row is marked as sent, and then sent."""
    send = deliveries._send

    def wrong(run: Any, ready: Any, now: datetime) -> Any:
        run.ledger.mark_sent(ready.row, now, "message")
        return send(run, ready, now)

    patch.setattr(deliveries, "_send", wrong)


def resolve_unordered(patch: pytest.MonkeyPatch) -> None:
    """A resolve does not wait for the reminders that it answers."""
    patch.setattr(judges, "judge_resolve", lambda *_, **__: Verdict.SEND)


def no_cancel(patch: pytest.MonkeyPatch) -> None:
    """A reminder of a cycle that is over is sent all the same."""

    def wrong(row: LedgerRow, state: InstanceState, tightest: int | None, *, silent: bool) -> Verdict:
        return Verdict.SEND if state.enabled and not silent else Verdict.PARK

    patch.setattr(judges, "judge_reminder", wrong)


def no_park(patch: pytest.MonkeyPatch) -> None:
    """What a paused instance owes is given up."""
    judge = judges._judged

    def wrong(*args: Any) -> Verdict:
        verdict = judge(*args)
        return Verdict.CANCEL if verdict is Verdict.PARK else verdict

    patch.setattr(judges, "_judged", wrong)


def forget_attempts(patch: pytest.MonkeyPatch) -> None:
    """A row that was perhaps sent counts as never sent."""

    def wrong(verdict: Verdict, _: LedgerRow) -> RowState:
        return RowState.SUPERSEDED if verdict is Verdict.SUPERSEDE else RowState.CANCELLED

    patch.setattr(judges, "settled_state", wrong)


def resolve_unchecked(patch: pytest.MonkeyPatch) -> None:
    """A resolve is sent although its date has moved back meanwhile."""
    patch.setattr(judges, "_cleared", lambda *_: True)


def bugs() -> Iterator[Bug]:
    """Yield every bug."""
    yield from (null_resolves, no_fence, resolve_any_change, no_resolve_row, claim_unfenced, claim_two_steps)
    yield from (short_lease, no_lease, mark_before_send, resolve_unordered, no_cancel, no_park, forget_attempts)
    yield resolve_unchecked
