"""Fifty writers at once on real engines: one wins, the others are told, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.lifecycle import removal
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.reading import absorb
from lapsewatch.domain.state import InstanceState
from lapsewatch.errors import ConflictError

from tests.builders import NEW_YORK, NOW, instance, license, observation
from tests.contract.conftest import Stores

WRITERS = 50
KEY = RowKey("northwind", Clock.LICENSE, 1, 10)

pytestmark = pytest.mark.parametrize("stores", ["emulator", "dynamodb local"], indirect=True)


def race(*writes: Callable[[], object]) -> list[bool]:
    """Do all writes at the same moment; return which of them won."""
    start = Barrier(len(writes))

    def attempt(write: Callable[[], object]) -> bool:
        start.wait()
        try:
            write()
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(len(writes)) as pool:
        return list(pool.map(attempt, writes))


def state_of(stores: Stores) -> InstanceState:
    return stores.fleet.watched(["northwind"])["northwind"].state


def observed(stores: Stores) -> InstanceState:
    stores.fleet.register(instance())
    state = state_of(stores)
    stores.states.record(state, absorb(state, observation(), DEFAULT_RULES, NEW_YORK), NOW, NOW)
    return state_of(stores)


def claimed(stores: Stores) -> LedgerRow:
    row = LedgerRow(KEY, RowState.PENDING, created_at=NOW, due_at=NOW)
    stores.ledger.claim(observed(stores), row, None)
    return row


@pytest.mark.fault("S2")
def test_of_fifty_claims_one_is_written(stores: Stores) -> None:
    before = observed(stores)
    row = LedgerRow(KEY, RowState.PENDING, created_at=NOW, due_at=NOW)

    won = race(*[lambda: stores.ledger.claim(before, row, None)] * WRITERS)

    assert won.count(True) == 1
    assert [row.key for row in stores.record.rows("northwind")] == [KEY]
    assert state_of(stores).series[Clock.LICENSE].open_alerts == {KEY.alert}


@pytest.mark.fault("S2")
def test_of_fifty_runs_one_holds_the_row_and_only_it_can_mark(stores: Stores) -> None:
    row = claimed(stores)
    until = NOW + timedelta(minutes=6)

    won = race(*[lambda n=n: stores.ledger.lease(row, f"run-{n}", NOW, until) for n in range(WRITERS)])

    assert won.count(True) == 1
    held = stores.row(KEY)
    assert held is not None
    assert (held.attempts, held.lease_owner) == (1, f"run-{won.index(True)}")
    marks = [replace(held, lease_owner=f"run-{n}") for n in range(WRITERS)]
    marked = race(*[lambda mine=mine: stores.ledger.mark_sent(mine, NOW, "message") for mine in marks])
    assert marked == won


def test_of_fifty_readings_one_is_stored_with_its_resolve(stores: Stores) -> None:
    claimed(stores)
    before = state_of(stores)
    dates = [before.series[Clock.LICENSE].expires_at + timedelta(days=100 + n) for n in range(WRITERS)]
    readings = [absorb(before, observation(license(expires_at=date)), DEFAULT_RULES, NEW_YORK) for date in dates]

    won = race(*[lambda r=reading: stores.states.record(before, r, None, NOW) for reading in readings])

    assert won.count(True) == 1
    after = state_of(stores)
    assert after.series[Clock.LICENSE].expires_at == dates[won.index(True)]
    assert (after.ver, after.obs_seq) == (before.ver + 1, before.obs_seq + 1)
    resolves = [row for row in stores.record.rows("northwind") if row.key.milestone is None]
    assert [row.alerts for row in resolves] == [{KEY.alert}]


def test_of_fifty_refreshes_one_begins(stores: Stores) -> None:
    before = observed(stores)

    won = race(*[lambda: stores.states.begin_refresh(before, NOW, NOW + timedelta(seconds=35))] * WRITERS)

    assert won.count(True) == 1
    assert state_of(stores).obs_seq == before.obs_seq + 1


def test_a_claim_a_reading_a_refresh_and_a_removal_at_once_leave_one_winner(stores: Stores) -> None:
    for _ in range(5):
        before = observed(stores)
        series = before.series[Clock.LICENSE]
        row = LedgerRow(replace(KEY, cycle=series.cycle), RowState.PENDING, created_at=NOW, due_at=NOW)
        reading = absorb(before, observation(license(sim_calls=99)), DEFAULT_RULES, NEW_YORK)
        taken = replace(series, acknowledged=Acknowledgement("Kim", "order", NOW, None))

        won = race(
            lambda b=before, r=row: stores.ledger.claim(b, r, None),  # type: ignore[misc]
            lambda b=before, r=reading: stores.states.record(b, r, None, NOW),  # type: ignore[misc]
            lambda b=before: stores.states.begin_refresh(b, NOW, NOW + timedelta(seconds=35)),  # type: ignore[misc]
            lambda b=before: stores.states.retire(b, removal(b), NOW),  # type: ignore[misc]
            lambda b=before, s=taken: stores.states.correct(b, replace(b, series={Clock.LICENSE: s}), None),  # type: ignore[misc]
        )

        assert won.count(True) == 1
        after = stores.fleet.watched(["northwind"], removed=True)["northwind"].state
        assert after.ver == before.ver + 1
        if not after.deleted:
            stores.states.retire(after, removal(after), NOW)


def test_five_hundred_writes_of_fifty_writers_to_their_own_instances_are_all_there(stores: Stores) -> None:
    names = [f"pbx-{n}" for n in range(WRITERS)]
    for name in names:
        stores.fleet.register(instance(name))

    def ten_readings(name: str) -> None:
        for number in range(10):
            state = stores.fleet.watched([name])[name].state
            seen = observation(license(sim_calls=number))
            stores.states.record(state, absorb(state, seen, DEFAULT_RULES, NEW_YORK), None, NOW)

    won = race(*[lambda name=name: ten_readings(name) for name in names])

    assert all(won)
    assert {watched.state.obs_seq for watched in stores.fleet.watched(names).values()} == {10}
