"""What the fleet, the states and the ledger promise, on the fake and on the real table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.domain.changes import RECENT
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.instance import Access, Instance, Tls, Trust
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.license import FailedRead, License, Observation, Reason, Seats
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.reading import Absorbed, absorb
from lapsewatch.domain.state import InstanceState, state_due_at
from lapsewatch.domain.streaks import GOOD, Streak
from lapsewatch.errors import ConflictError

from tests.contract.conftest import Stores

NOW = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
NORTHWIND = Instance(
    instance_id="northwind",
    name="Northwind Cardiology",
    customer="Northwind Health",
    address="northwind.3cx.us:443",
    access=Access.USER_LOGIN,
    zone=NEW_YORK,
    secret_name="/lapsewatch/test/pbx/northwind",
    tls=Tls(Trust.PIN, "ab" * 32),
)
FACTS = License(
    key="8SGW-7XFG-2R4K-9Q1S",
    product_code="3CXPSPROFSPLA",
    version="20.0.8.1131",
    fqdn="northwind.3cx.us",
    reseller="Harbor IT",
    active=True,
    sim_calls=8,
    seats=Seats(used=9, limit=40, ai=0),
    expires_at=datetime(2026, 6, 12, 16, 0, tzinfo=UTC),
)


def observe(stores: Stores, expires_at: datetime, now: datetime = NOW) -> InstanceState:
    """Store a reading of Northwind with this date, and return the state after it."""
    watched = stores.fleet.watched(["northwind"])["northwind"]
    seen = Observation(now, replace(FACTS, expires_at=expires_at))
    absorbed = absorb(watched.state, seen, DEFAULT_RULES, NEW_YORK)
    stores.states.record(watched.state, absorbed, state_due_at(absorbed.state, DEFAULT_RULES, NEW_YORK), now)
    return state_of(stores)


def state_of(stores: Stores) -> InstanceState:
    return stores.fleet.watched(["northwind"])["northwind"].state


def pending(milestone: int = 3, cycle: int = 1) -> LedgerRow:
    key = RowKey("northwind", Clock.LICENSE, cycle, milestone)
    return LedgerRow(key, RowState.PENDING, created_at=NOW, due_at=NOW)


def claimed(stores: Stores) -> LedgerRow:
    """Have Northwind observed and its 3-day reminder claimed."""
    stores.fleet.register(NORTHWIND)
    state = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))
    stores.ledger.claim(state, pending(), NOW + timedelta(days=2))
    return pending()


def test_a_registered_instance_is_listed_and_comes_back_as_it_was(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)

    assert list(stores.fleet.instances()) == [NORTHWIND]
    assert stores.fleet.watched(["northwind", "unknown"])["northwind"].instance == NORTHWIND


def test_the_whole_fleet_is_every_instance_with_its_state_but_for_removed_ones(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    stores.fleet.register(replace(NORTHWIND, instance_id="harbor", enabled=False))
    stores.fleet.register(replace(NORTHWIND, instance_id="removed"))
    removed = stores.fleet.watched(["removed"])["removed"].state
    stores.states.retire(removed, Absorbed(replace(removed, enabled=False, deleted=True)), NOW)
    observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    found = {watched.instance.instance_id: watched for watched in stores.fleet.everything()}

    assert found == stores.fleet.watched(["northwind", "harbor"])
    assert found["northwind"].state.observed_at == NOW


def test_registering_again_keeps_what_is_remembered(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    stores.fleet.register(replace(NORTHWIND, name="Northwind Heart", enabled=False))

    watched = stores.fleet.watched(["northwind"])["northwind"]
    assert watched.instance.name == "Northwind Heart"
    assert not watched.state.enabled
    assert watched.state.license is not None


def left_alone(stores: Stores) -> InstanceState:
    """Have Northwind refuse its credentials until it is left alone for a day, and return the state after it."""
    stores.fleet.register(NORTHWIND)
    observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))
    before = state_of(stores)
    resting = replace(
        before,
        reason=Reason.BAD_CREDENTIALS,
        fail_count=3,
        failing_since=NOW,
        streaks=(Streak(Reason.BAD_CREDENTIALS.value, NOW, 3), *before.streaks),
        way=Access.API_CLIENT,
        next_poll_at=NOW + timedelta(days=1),
    )
    stores.states.record(before, Absorbed(resting), None, NOW)
    return state_of(stores)


@pytest.mark.parametrize(
    "changed",
    [{"secret_name": "/lapsewatch/test/pbx/northwind/2"}, {"access": Access.AUTO}, {"address": "new.3cx.us"}],
    ids=["credentials", "access", "address"],
)
def test_a_pbx_that_is_entered_otherwise_is_visited_as_if_it_had_refused_nothing(
    stores: Stores, changed: dict[str, Any]
) -> None:
    left_alone(stores)

    stores.fleet.register(replace(NORTHWIND, **changed))

    state = state_of(stores)
    assert (state.reason, state.fail_count, state.failing_since) == (None, 0, None)
    assert (state.way, state.next_poll_at) == (None, None)
    assert state.streaks == (Streak(GOOD, NOW, 1),)
    assert state.license == FACTS


def test_neither_another_name_nor_a_pause_makes_a_pbx_be_visited_that_is_left_alone(stores: Stores) -> None:
    before = left_alone(stores)

    stores.fleet.register(replace(NORTHWIND, name="Northwind Heart"))
    stores.fleet.set_enabled(NORTHWIND, enabled=False)
    stores.fleet.set_enabled(NORTHWIND, enabled=True)

    assert state_of(stores) == replace(before, ver=before.ver + 3)


@pytest.mark.fault("S8")
@pytest.mark.parametrize(
    ("changed", "fenced"),
    [
        ({"address": "new.3cx.us"}, True),
        ({"access": Access.AUTO}, True),
        ({"secret_name": "/lapsewatch/test/pbx/northwind/2"}, True),
        ({"tls": Tls()}, True),
        ({"name": "Northwind Heart", "customer": "Another", "zone": ZoneInfo("UTC"), "enabled": False}, False),
    ],
)
def test_a_reading_under_way_is_fenced_off_when_a_pbx_is_reached_otherwise(
    stores: Stores, changed: dict[str, Any], fenced: bool
) -> None:
    stores.fleet.register(NORTHWIND)
    before = state_of(stores)

    stores.fleet.register(replace(NORTHWIND, **changed))

    assert state_of(stores).obs_seq == before.obs_seq + fenced


def test_to_pause_leaves_alone_what_somebody_else_has_just_changed(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    moved = replace(NORTHWIND, address="new.3cx.us", secret_name="/lapsewatch/test/pbx/northwind/2")
    stores.fleet.register(moved)

    stores.fleet.set_enabled(NORTHWIND, enabled=False)

    assert list(stores.fleet.instances()) == [replace(moved, enabled=False)]


def test_a_hundred_and_twenty_instances_are_all_found_once(stores: Stores) -> None:
    ids = [f"pbx-{number}" for number in range(120)]
    for instance_id in ids:
        stores.fleet.register(replace(NORTHWIND, instance_id=instance_id))

    assert sorted(instance.instance_id for instance in stores.fleet.instances()) == sorted(ids)
    assert list(stores.fleet.watched(ids)) == ids


def test_an_observation_comes_back_whole(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)

    state = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    assert state.license == FACTS
    assert (state.observed_at, state.obs_seq, state.ver) == (NOW, 1, 2)
    assert state.series[Clock.LICENSE].cycle == 1


@pytest.mark.fault("L3")
def test_a_reading_of_an_instance_nobody_registered_creates_nothing(stores: Stores) -> None:
    ghost = InstanceState("ghost", ver=0)
    absorbed = absorb(ghost, Observation(NOW, FACTS), DEFAULT_RULES, NEW_YORK)

    with pytest.raises(ConflictError):
        stores.states.record(ghost, absorbed, None, NOW)

    assert stores.fleet.watched(["ghost"]) == {}


@pytest.mark.fault("S8")
def test_a_reading_taken_before_another_write_is_refused(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    stale = state_of(stores)
    observe(stores, datetime(2026, 9, 12, 16, 0, tzinfo=UTC))

    with pytest.raises(ConflictError):
        stores.states.record(stale, absorb(stale, Observation(NOW, FACTS), DEFAULT_RULES, NEW_YORK), None, NOW)

    assert state_of(stores).series[Clock.LICENSE].expires_at == datetime(2026, 9, 12, 16, 0, tzinfo=UTC)


def test_a_failed_read_is_stored_beside_the_last_good_observation(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    state = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    failed = absorb(state, FailedRead(NOW, Reason.TIMEOUT), DEFAULT_RULES, NEW_YORK)
    stores.states.record(state, failed, NOW, NOW)

    after = state_of(stores)
    assert (after.reason, after.fail_count) == (Reason.TIMEOUT, 1)
    assert after.license == FACTS


def test_what_was_wrong_with_each_date_comes_back_and_goes_with_a_good_read(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    state = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))
    seen = Observation(NOW, replace(FACTS, expires_at=None), (("maintenance_expires_at", "not a text"),))

    stores.states.record(state, absorb(state, seen, DEFAULT_RULES, NEW_YORK), NOW, NOW)
    noted = state_of(stores)
    after = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    assert noted.notes == {
        Clock.LICENSE: "the PBX gave no expiration date any more",
        Clock.MAINTENANCE: "the PBX gave an unusable maintenance date (not a text)",
    }
    assert after.notes == {}


def test_a_fact_that_the_pbx_stopped_saying_comes_back_with_since_when(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    state = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))
    mute = absorb(state, Observation(NOW, replace(FACTS, reseller=None)), DEFAULT_RULES, NEW_YORK)

    stores.states.record(state, mute, NOW, NOW)
    silent = state_of(stores)
    said = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    assert (silent.license, silent.unsaid) == (FACTS, {"reseller": NOW})
    assert said.unsaid == {}


def test_a_date_that_moved_earlier_comes_back_with_the_one_before(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    observe(stores, datetime(2026, 6, 20, 16, 0, tzinfo=UTC))

    after = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    assert after.series[Clock.LICENSE].moved_from == datetime(2026, 6, 20, 16, 0, tzinfo=UTC)
    assert observe(stores, datetime(2027, 6, 12, 16, 0, tzinfo=UTC)).series[Clock.LICENSE].moved_from is None


def test_what_the_last_readings_came_to_comes_back_as_it_was(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))
    for hours, reason in enumerate((Reason.TIMEOUT, Reason.TIMEOUT, Reason.UPGRADING), start=1):
        at = NOW + timedelta(hours=hours)
        state = state_of(stores)
        stores.states.record(state, absorb(state, FailedRead(at, reason), DEFAULT_RULES, NEW_YORK), None, at)
    failing = state_of(stores)
    recovered = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC), NOW + timedelta(hours=4))

    assert failing.streaks == (
        Streak("upgrading", NOW + timedelta(hours=3), 1),
        Streak("timeout", NOW + timedelta(hours=1), 2),
        Streak(GOOD, NOW, 1),
    )
    assert (failing.failing_since, failing.tried_at) == (NOW + timedelta(hours=1), NOW + timedelta(hours=3))
    assert recovered.streaks == (Streak(GOOD, NOW + timedelta(hours=4), 1), *failing.streaks)
    assert (recovered.failing_since, recovered.tried_at) == (None, NOW + timedelta(hours=4))


def test_what_changed_lately_comes_back_until_it_is_old(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    jumped = observe(stores, datetime(2036, 6, 12, 16, 0, tzinfo=UTC))
    later = observe(stores, datetime(2036, 6, 12, 16, 0, tzinfo=UTC), NOW + RECENT)

    assert jumped.changed == {"license date jump": NOW}
    assert later.changed == {}


def test_a_paused_instance_takes_no_readings(stores: Stores) -> None:
    stores.fleet.register(replace(NORTHWIND, enabled=False))
    state = state_of(stores)

    with pytest.raises(ConflictError):
        stores.states.record(state, absorb(state, Observation(NOW, FACTS), DEFAULT_RULES, NEW_YORK), None, NOW)


def test_an_instance_is_due_from_its_due_instant_on(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    observe(stores, datetime(2026, 6, 20, 16, 0, tzinfo=UTC))

    eight_in_new_york_ten_days_before = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)

    assert list(stores.ledger.due_instances(eight_in_new_york_ten_days_before - timedelta(seconds=1))) == []
    assert list(stores.ledger.due_instances(eight_in_new_york_ten_days_before)) == ["northwind"]


def test_a_claim_creates_the_row_and_lowers_the_milestone_in_one(stores: Stores) -> None:
    row = claimed(stores)

    assert stores.row(row.key) == row
    assert list(stores.ledger.due_rows(NOW)) == [row.key]
    series = state_of(stores).series[Clock.LICENSE]
    assert (series.claimed, series.open_alerts) == (3, frozenset({"license#000001#003"}))
    assert list(stores.ledger.due_instances(NOW)) == []


def test_the_same_milestone_cannot_be_claimed_twice(stores: Stores) -> None:
    claimed(stores)

    with pytest.raises(ConflictError):
        stores.ledger.claim(state_of(stores), pending(), NOW)


def test_a_wider_milestone_cannot_follow_a_tighter_one(stores: Stores) -> None:
    claimed(stores)

    with pytest.raises(ConflictError):
        stores.ledger.claim(state_of(stores), pending(milestone=10), NOW)

    assert stores.row(pending(milestone=10).key) is None


def test_a_claim_on_a_state_that_moved_is_refused_whole(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    before = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))
    observe(stores, datetime(2026, 9, 12, 16, 0, tzinfo=UTC))

    with pytest.raises(ConflictError):
        stores.ledger.claim(before, pending(), NOW)

    assert stores.record.rows("northwind") == []


def test_only_one_run_can_hold_a_row(stores: Stores) -> None:
    row = claimed(stores)

    leased = stores.ledger.lease(row, "run-1", NOW, NOW + timedelta(minutes=6))
    with pytest.raises(ConflictError):
        stores.ledger.lease(row, "run-2", NOW, NOW + timedelta(minutes=6))

    assert (leased.attempts, leased.lease_owner) == (1, "run-1")
    assert list(stores.ledger.due_rows(NOW + timedelta(minutes=5))) == []


def test_a_lease_that_ran_out_can_be_taken_over_and_the_late_holder_cannot_mark(stores: Stores) -> None:
    row = claimed(stores)
    late = stores.ledger.lease(row, "run-1", NOW, NOW + timedelta(minutes=6))

    again = stores.ledger.lease(row, "run-2", NOW + timedelta(minutes=6), NOW + timedelta(minutes=12))

    assert again.key == row.key
    with pytest.raises(ConflictError):
        stores.ledger.mark_sent(late, NOW, "message-1")


def test_a_sent_row_keeps_its_message_id_and_leaves_the_index(stores: Stores) -> None:
    leased = stores.ledger.lease(claimed(stores), "run-1", NOW, NOW + timedelta(minutes=6))

    stores.ledger.mark_sent(leased, NOW, "message-1")

    row = stores.row(leased.key)
    assert row is not None
    assert (row.state, row.sns_message_id, row.sent_at, row.due_at) == (RowState.SENT, "message-1", NOW, None)
    assert list(stores.ledger.due_rows(NOW + timedelta(days=400))) == []
    with pytest.raises(ConflictError):
        stores.ledger.mark_sent(leased, NOW, "message-2")


def test_a_released_row_rests_until_its_time(stores: Stores) -> None:
    leased = stores.ledger.lease(claimed(stores), "run-1", NOW, NOW + timedelta(minutes=6))

    stores.ledger.release(replace(leased, refusals=1), NOW + timedelta(minutes=1))

    row = stores.row(leased.key)
    assert row is not None
    assert (row.attempts, row.refusals, row.lease_owner) == (1, 1, None)
    assert list(stores.ledger.due_rows(NOW)) == []
    assert list(stores.ledger.due_rows(NOW + timedelta(minutes=1))) == [leased.key]


def test_a_held_row_cannot_be_settled_or_postponed_by_others(stores: Stores) -> None:
    row = claimed(stores)
    stores.ledger.lease(row, "run-1", NOW, NOW + timedelta(minutes=6))

    with pytest.raises(ConflictError):
        stores.ledger.settle(row, RowState.CANCELLED, NOW)
    with pytest.raises(ConflictError):
        stores.ledger.postpone(row, NOW, NOW + timedelta(hours=1))


def test_a_settled_row_stays_settled(stores: Stores) -> None:
    row = claimed(stores)

    stores.ledger.settle(row, RowState.SUPERSEDED, NOW)

    with pytest.raises(ConflictError):
        stores.ledger.lease(row, "run-1", NOW, NOW + timedelta(minutes=6))
    assert [row.state for row in stores.record.rows("northwind")] == [RowState.SUPERSEDED]


def test_a_buried_row_is_dead(stores: Stores) -> None:
    leased = stores.ledger.lease(claimed(stores), "run-1", NOW, NOW + timedelta(minutes=6))

    stores.ledger.bury(replace(leased, refusals=3), NOW)

    row = stores.row(leased.key)
    assert row is not None
    assert (row.state, row.refusals, row.due_at) == (RowState.DEAD, 3, None)


def test_a_renewal_creates_one_resolve_that_names_the_open_alerts(stores: Stores) -> None:
    claimed(stores)

    after = observe(stores, datetime(2027, 6, 12, 16, 0, tzinfo=UTC))

    resolve = stores.row(RowKey("northwind", Clock.LICENSE, 2, None))
    assert resolve is not None
    assert resolve.alerts == frozenset({"license#000001#003"})
    assert after.series[Clock.LICENSE].open_alerts == frozenset()


def test_a_refresh_takes_the_lease_and_fences_off_earlier_readings(stores: Stores) -> None:
    stores.fleet.register(NORTHWIND)
    before = observe(stores, datetime(2026, 6, 12, 16, 0, tzinfo=UTC))

    begun = stores.states.begin_refresh(before, NOW, NOW + timedelta(seconds=35))

    assert begun == state_of(stores)
    assert begun.obs_seq == before.obs_seq + 1
    assert begun.leased(NOW)
    with pytest.raises(ConflictError):
        stores.states.begin_refresh(before, NOW, NOW + timedelta(seconds=35))
