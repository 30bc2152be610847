"""Poll and refresh against simulated PBXs that take one token at a time, as real ones do."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from threading import Barrier, Lock, Thread

import pytest
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.state import InstanceState
from lapsewatch.errors import ConflictError, InstanceBusyError, RefreshTooSoonError
from lapsewatch.poll import Polled, Polling, poll
from lapsewatch.refresh import Refreshed, Refreshing, refresh

from local.simulator.changes import Change
from local.simulator.pbx import Mode, SimulatedPbx
from tests.builders import instance
from tests.fakes import FakeJob, FakeQueue, FakeSecrets, FakeStore
from tests.simulator.live import NOW, fleet, serving

CALLERS = 100
LATER = NOW + timedelta(seconds=1)


class LockedStore(FakeStore):
    """A store whose conditional writes are atomic, as those of the real table are."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()

    def begin_refresh(self, before: InstanceState, now: datetime, until: datetime) -> InstanceState:
        with self._lock:
            return super().begin_refresh(before, now, until)


@dataclass
class World:
    """One PBX that behaves, and everything that reads it."""

    pbx: SimulatedPbx
    refreshing: Refreshing
    store: FakeStore

    def poll(self) -> Polled:
        return poll(self.refreshing.polling, ["northwind"], NOW)

    def refresh(self) -> Refreshed:
        return refresh(self.refreshing, "northwind", LATER)

    def wait_for(self, counter: str, count: int) -> None:
        deadline = time.monotonic() + 5
        while self.pbx.counters[counter] < count:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def world() -> Iterator[World]:
    with serving(fleet()) as simulator:
        found = next(p for p in simulator.fleet.values() if p.mode is Mode.OK and p.access == "api_client")
        secrets = FakeSecrets()
        secrets.known = PbxSecret(found.user, found.password)
        store = LockedStore()
        tls, address = Tls(Trust.CA, simulator.ca_pem), f"localhost:{found.port}"
        store.register(instance(address=address, access=Access.API_CLIENT, tls=tls))
        reader = PbxReader((ip_network("127.0.0.0/8"), ip_network("::1/128")))
        polling = Polling(store, store, secrets, reader, DEFAULT_RULES, FakeQueue())
        yield World(found, Refreshing(polling, FakeJob(), FakeJob(), FakeQueue()), store)


@pytest.mark.fault("A4")
def test_a_hundred_refreshes_at_once_cost_one_sign_in(world: World) -> None:
    start = Barrier(CALLERS)

    def attempt(_: int) -> bool:
        start.wait()
        try:
            world.refresh()
        except (RefreshTooSoonError, InstanceBusyError, ConflictError):
            return False
        return True

    with ThreadPoolExecutor(CALLERS) as pool:
        won = list(pool.map(attempt, range(CALLERS)))

    assert won.count(True) == 1
    assert (world.pbx.counters["logins"], world.pbx.counters["refreshes"]) == (1, 1)


@pytest.mark.fault("A5", "P22")
def test_a_refresh_takes_the_token_from_a_poll_which_gives_way(world: World) -> None:
    world.pbx.mode = Mode.SLOW
    polled: list[Polled] = []
    polling = Thread(target=lambda: polled.append(world.poll()))
    polling.start()
    world.wait_for("logins", 1)
    renewed = {"expires_at": (NOW + timedelta(days=700)).isoformat()}
    world.pbx.vendor = Change.model_validate(renewed).on(world.pbx.vendor)

    done = world.refresh()

    polling.join()
    assert (done.reason, done.after.expires_at) == (None, NOW + timedelta(days=700))
    assert polled[0].counts["outdated"] == 1
    assert world.store.states["northwind"].reason is None
    assert world.pbx.counters["logins"] <= 3
    assert expiry_in(world) == NOW + timedelta(days=700)


@pytest.mark.fault("A5")
def test_a_poll_leaves_a_pbx_alone_that_is_being_refreshed(world: World) -> None:
    world.pbx.mode = Mode.SLOW
    refreshed: list[Refreshed] = []
    refreshing = Thread(target=lambda: refreshed.append(world.refresh()))
    refreshing.start()
    world.wait_for("logins", 1)

    polled = poll(world.refreshing.polling, ["northwind"], LATER)

    refreshing.join()
    assert polled.counts["skipped"] == 1
    assert refreshed[0].reason is None
    assert (world.pbx.counters["logins"], world.pbx.counters["overlapping"]) == (1, 0)


def expiry_in(world: World) -> datetime | None:
    facts = world.store.states["northwind"].license
    return facts.expires_at if facts else None
