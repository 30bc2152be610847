"""What pausing, removing and re-creating promise, on the fake and on the real table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import Answer, LedgerRow, RowKey, RowState
from lapsewatch.domain.lifecycle import removal
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.reading import absorb
from lapsewatch.domain.state import state_due_at
from lapsewatch.errors import ConflictError

from tests.builders import EXPIRY, NEW_YORK, NOW, instance, license, observation
from tests.contract.conftest import Stores

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def observed(stores: Stores) -> None:
    """Have Northwind read once, ten days before its license ends."""
    state = stores.fleet.watched(["northwind"])["northwind"].state
    absorbed = absorb(state, observation(), DEFAULT_RULES, NEW_YORK)
    stores.states.record(state, absorbed, state_due_at(absorbed.state, DEFAULT_RULES, NEW_YORK), NOW)


def alerted(stores: Stores) -> RowKey:
    """Have Northwind read, and its 10-day reminder claimed."""
    stores.fleet.register(instance())
    observed(stores)
    key = RowKey("northwind", Clock.LICENSE, 1, 10)
    state = stores.fleet.watched(["northwind"])["northwind"].state
    stores.ledger.claim(state, LedgerRow(key, RowState.PENDING, created_at=NOW, due_at=NOW), LATER)
    return key


def remove(stores: Stores) -> None:
    state = stores.fleet.watched(["northwind"])["northwind"].state
    stores.states.retire(state, removal(state), NOW)


def test_a_paused_instance_owes_nothing_until_it_is_resumed(stores: Stores) -> None:
    stores.fleet.register(instance())
    observed(stores)

    stores.fleet.set_enabled(instance(), enabled=False)
    paused = stores.fleet.watched(["northwind"])["northwind"]
    due_while_paused = list(stores.ledger.due_instances(LATER))
    stores.fleet.set_enabled(instance(), enabled=True)

    assert (paused.instance.enabled, paused.state.enabled) == (False, False)
    assert due_while_paused == []
    assert list(stores.ledger.due_instances(NOW)) == ["northwind"]
    assert stores.fleet.watched(["northwind"])["northwind"].state.series[Clock.LICENSE].expires_at == EXPIRY


@pytest.mark.fault("L1")
def test_pausing_leaves_what_is_owed_pending(stores: Stores) -> None:
    key = alerted(stores)

    stores.fleet.set_enabled(instance(), enabled=False)

    row = stores.row(key)
    assert row is not None
    assert row.state is RowState.PENDING


def test_an_instance_that_changed_is_looked_at_by_the_next_run(stores: Stores) -> None:
    stores.fleet.register(instance())
    observed(stores)

    stores.fleet.register(instance(name="Northwind Heart"))

    assert list(stores.ledger.due_instances(datetime(2000, 1, 1, tzinfo=UTC))) == ["northwind"]


def test_a_due_instant_can_be_corrected_while_nothing_moves(stores: Stores) -> None:
    stores.fleet.register(instance())
    before = stores.fleet.watched(["northwind"])["northwind"].state

    stores.ledger.reindex(before, NOW)

    assert list(stores.ledger.due_instances(NOW)) == ["northwind"]
    with pytest.raises(ConflictError):
        stores.ledger.reindex(before, None)


@pytest.mark.fault("L2")
def test_a_removed_instance_leaves_the_fleet_and_owes_a_farewell_to_whoever_was_alerted(stores: Stores) -> None:
    alert = alerted(stores)

    remove(stores)

    assert list(stores.fleet.instances()) == []
    assert stores.fleet.watched(["northwind"]) == {}
    assert list(stores.ledger.due_instances(LATER)) == []
    tombstone = stores.fleet.watched(["northwind"], removed=True)["northwind"].state
    assert (tombstone.deleted, tombstone.enabled, tombstone.series) == (True, False, {})
    farewell = stores.row(RowKey("northwind", Clock.LICENSE, 2, None))
    assert farewell is not None
    assert (farewell.state, farewell.answer, farewell.alerts) == (
        RowState.PENDING,
        Answer.REMOVED,
        frozenset({alert.alert}),
    )


@pytest.mark.fault("L2")
def test_an_instance_is_removed_once(stores: Stores) -> None:
    stores.fleet.register(instance())
    state = stores.fleet.watched(["northwind"])["northwind"].state
    remove(stores)

    with pytest.raises(ConflictError):
        stores.states.retire(state, removal(state), NOW)
    with pytest.raises(ConflictError):
        stores.fleet.set_enabled(instance(), enabled=True)


@pytest.mark.fault("L3")
def test_a_reading_that_began_before_the_removal_is_refused(stores: Stores) -> None:
    stores.fleet.register(instance())
    state = stores.fleet.watched(["northwind"])["northwind"].state
    remove(stores)

    with pytest.raises(ConflictError):
        stores.states.record(state, absorb(state, observation(), DEFAULT_RULES, NEW_YORK), None, NOW)


@pytest.mark.fault("L2")
def test_an_id_that_comes_back_starts_anew_with_cycles_nobody_used(stores: Stores) -> None:
    alerted(stores)
    remove(stores)

    stores.fleet.register(instance(name="Northwind again"))
    observed(stores)

    watched = stores.fleet.watched(["northwind"])["northwind"]
    assert watched.instance.name == "Northwind again"
    assert [item.instance_id for item in stores.fleet.instances()] == ["northwind"]
    series = watched.state.series[Clock.LICENSE]
    assert (series.cycle, series.claimed, series.open_alerts) == (3, None, frozenset())
    key = RowKey("northwind", Clock.LICENSE, series.cycle, 10)
    stores.ledger.claim(watched.state, LedgerRow(key, RowState.PENDING, created_at=NOW, due_at=NOW), None)
    assert stores.row(key) is not None


def test_a_reading_that_began_before_a_removal_and_return_is_refused(stores: Stores) -> None:
    stores.fleet.register(instance())
    before = stores.fleet.watched(["northwind"])["northwind"].state
    remove(stores)
    stores.fleet.register(instance())

    with pytest.raises(ConflictError):
        stores.states.record(before, absorb(before, observation(), DEFAULT_RULES, NEW_YORK), None, NOW)
    after = stores.fleet.watched(["northwind"])["northwind"].state
    assert after.obs_seq > before.obs_seq


@pytest.mark.parametrize("until", [None, date(2026, 6, 15)])
def test_an_acknowledgement_comes_back_as_it_was(stores: Stores, until: date | None) -> None:
    alerted(stores)
    before = stores.fleet.watched(["northwind"])["northwind"].state
    taken = Acknowledgement("Kim", "order 4711", NOW, until)
    series = {Clock.LICENSE: replace(before.series[Clock.LICENSE], acknowledged=taken)}

    stores.states.correct(before, replace(before, series=series), NOW)

    after = stores.fleet.watched(["northwind"])["northwind"].state
    assert after == replace(before, series=series, ver=before.ver + 1)
    assert list(stores.ledger.due_instances(NOW)) == ["northwind"]
    with pytest.raises(ConflictError):
        stores.states.correct(before, before, None)


def test_a_resolve_keeps_by_what_the_license_fell(stores: Stores) -> None:
    alerted(stores)
    state = stores.fleet.watched(["northwind"])["northwind"].state
    smaller = license(expires_at=EXPIRY + timedelta(days=365), sim_calls=2, reseller="Another")

    stores.states.record(state, absorb(state, observation(smaller), DEFAULT_RULES, NEW_YORK), None, NOW)

    resolve = stores.row(RowKey("northwind", Clock.LICENSE, 2, None))
    assert resolve is not None
    assert [change.text for change in resolve.changes] == ["simultaneous calls: was 8, is now 2"]


def test_changes_are_kept_latest_first_and_owe_one_notice(stores: Stores) -> None:
    alerted(stores)
    for number, sim_calls in enumerate((16, 32, 64)):
        state = stores.fleet.watched(["northwind"])["northwind"].state
        seen = observation(license(sim_calls=sim_calls))
        absorbed = absorb(state, seen, DEFAULT_RULES, NEW_YORK)
        stores.states.record(state, absorbed, None, NOW + timedelta(hours=number))

    history = stores.record.history("northwind", 2)

    assert [(entry.at, entry.changes[0].after) for entry in history] == [
        (NOW + timedelta(hours=2), "64"),
        (NOW + timedelta(hours=1), "32"),
    ]
    told = [row for row in stores.record.rows("northwind") if row.key.change]
    assert [row.changes[0].text for row in told] == [
        "simultaneous calls: was 8, is now 16",
        "simultaneous calls: was 16, is now 32",
        "simultaneous calls: was 32, is now 64",
    ]
    assert told[0].key in stores.ledger.due_rows(NOW)
