"""One simulator for each test, and callers of its PBXs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from local.simulator.pbx import Certificate, Mode, SimulatedPbx
from local.simulator.server import Simulator
from tests.simulator.live import Caller, fleet, serving, trust_in

type Pick = Callable[[SimulatedPbx], bool]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with serving(fleet()) as simulator:
        yield simulator


@pytest.fixture
def control(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.control_url, trust_env=False) as client:
        yield client


@pytest.fixture
def call(simulator: Simulator) -> Iterator[Callable[[Pick], Caller]]:
    """Return a maker of callers of the first well-behaved PBX that fits."""
    with ExitStack() as clients:

        def caller(pick: Pick) -> Caller:
            well = (
                pbx for pbx in simulator.fleet.values() if pbx.mode is Mode.OK and pbx.certificate is Certificate.GOOD
            )
            pbx = next(pbx for pbx in well if pick(pbx))
            trust = trust_in(simulator.ca_pem)
            client = httpx.Client(base_url=f"https://localhost:{pbx.port}", verify=trust, trust_env=False, timeout=5)
            return Caller(pbx, clients.enter_context(client))

        yield caller


@pytest.fixture
def enterprise(call: Callable[[Pick], Caller]) -> Caller:
    return call(lambda pbx: pbx.access == "api_client" and pbx.knows_seats and pbx.ai_users > 0)


@pytest.fixture
def office(call: Callable[[Pick], Caller]) -> Caller:
    """Return a caller of a PBX without an API license."""
    return call(lambda pbx: pbx.access == "user_login" and pbx.knows_seats)


@pytest.fixture
def old(call: Callable[[Pick], Caller]) -> Caller:
    """Return a caller of a PBX with a build before 20.0.9."""
    return call(lambda pbx: not pbx.knows_seats and not pbx.legacy)


@pytest.fixture
def console(call: Callable[[Pick], Caller]) -> Caller:
    """Return a caller of a PBX of version 18."""
    return call(lambda pbx: pbx.build[0] == 18)
