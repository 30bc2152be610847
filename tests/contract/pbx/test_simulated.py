"""The reader against simulated PBXs: every way in, every build, and the reason for every way to fail."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network

import httpx
import pytest
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Instance, Tls, Trust
from lapsewatch.domain.license import FailedRead, Observation, Reading, Reason

from local.simulator.pbx import Certificate, Mode, SimulatedPbx
from local.simulator.server import Simulator
from tests.builders import instance
from tests.simulator.live import NOW, fleet, serving

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
BUILDS = ("16.0.8.9", "18.0.9.20", "20.0.7.1057", "20.0.8.1131", "20.0.9.210", "20.0.10.145")

type Pick = Callable[[SimulatedPbx], bool]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with serving(fleet()) as simulator:
        yield simulator


@pytest.fixture
def office(simulator: Simulator) -> Iterator[SimulatedPbx]:
    """Return a PBX that is entered by a user, and put it right again."""
    pbx = next(p for p in simulator.fleet.values() if p.access == "user_login" and p.knows_seats)
    mode, version = pbx.mode, pbx.version
    yield pbx
    pbx.mode, pbx.version, pbx.blocks_after, pbx.blocked = mode, version, None, False


def watched(simulator: Simulator, pbx: SimulatedPbx, access: Access | None = None) -> Instance:
    tls = Tls(Trust.CA, simulator.ca_pem)
    return instance(address=f"localhost:{pbx.port}", access=access or Access(pbx.access), tls=tls)


def read(simulator: Simulator, pbx: SimulatedPbx, access: Access | None = None, password: str | None = None) -> Reading:
    secret = PbxSecret(pbx.user, password or pbx.password)
    reader = PbxReader(LOOPBACK, deadline=2.0)
    return asyncio.run(reader.read(watched(simulator, pbx, access), secret, NOW, lambda: True))


def seen(reading: Reading) -> Observation:
    assert isinstance(reading, Observation), reading
    return reading


def test_every_well_pbx_of_a_fleet_is_read_as_its_vendor_knows_it(simulator: Simulator) -> None:
    for pbx in simulator.fleet.values():
        if pbx.mode is Mode.OK and pbx.certificate is Certificate.GOOD:
            license = seen(read(simulator, pbx)).license

            told = pbx.own.expires_at
            assert license.expires_at == (told.replace(microsecond=0) if told else None)
            assert (license.key, license.fqdn, license.version) == (pbx.license_key, pbx.fqdn, pbx.version)
            assert (license.active is None) == pbx.legacy
            assert license.seats.used == (pbx.users if pbx.knows_seats else None)
            assert license.seats.ai == (pbx.ai_users if pbx.knows_seats else None)


@pytest.mark.parametrize("version", BUILDS)
def test_auto_enters_every_build_and_says_by_which_way(
    simulator: Simulator, office: SimulatedPbx, version: str
) -> None:
    office.version = version

    reading = seen(read(simulator, office, Access.AUTO))

    assert reading.license.version == version
    assert reading.way is (Access.LEGACY if office.legacy else Access.USER_LOGIN)


@pytest.mark.fault("P14")
def test_auto_with_wrong_credentials_is_never_blocked_by_one_visit(simulator: Simulator, office: SimulatedPbx) -> None:
    office.blocks_after = 2
    refused = office.counters["refused"]

    reading = read(simulator, office, Access.AUTO, "wrong")

    assert isinstance(reading, FailedRead)
    assert reading.reason is Reason.BAD_CREDENTIALS
    assert office.counters["refused"] == refused + 1
    assert not office.blocked


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (Mode.REJECT, Reason.BAD_CREDENTIALS),
        (Mode.TWO_FACTOR, Reason.TWO_FACTOR),
        (Mode.FORBIDDEN, Reason.FORBIDDEN),
        (Mode.HTML, Reason.NOT_A_PBX),
        (Mode.REDIRECT, Reason.NOT_A_PBX),
        (Mode.UPGRADING, Reason.UPGRADING),
        (Mode.HANG, Reason.TIMEOUT),
        (Mode.DRIP, Reason.TIMEOUT),
        (Mode.HUGE, Reason.BAD_ANSWER),
    ],
)
def test_a_pbx_that_misbehaves_has_a_reason(
    simulator: Simulator, office: SimulatedPbx, mode: Mode, reason: Reason
) -> None:
    office.mode = mode

    reading = read(simulator, office)

    assert isinstance(reading, FailedRead)
    assert reading.reason is reason


def test_a_license_without_the_api_has_a_reason(simulator: Simulator) -> None:
    pbx = next(p for p in simulator.fleet.values() if p.access == "api_client" and p.mode is Mode.OK)
    pbx.mode = Mode.UNLICENSED

    reading = read(simulator, pbx)

    pbx.mode = Mode.OK
    assert isinstance(reading, FailedRead)
    assert reading.reason is Reason.API_NOT_LICENSED


@pytest.mark.fault("P1", "P2", "P3")
@pytest.mark.parametrize(("mode", "rejected"), [(Mode.NULL, 0), (Mode.SENTINEL, 2), (Mode.FAR, 2), (Mode.GARBAGE, 2)])
def test_a_pbx_that_lies_about_its_dates_is_not_believed(
    simulator: Simulator, office: SimulatedPbx, mode: Mode, rejected: int
) -> None:
    office.mode = mode

    reading = seen(read(simulator, office))

    assert (reading.license.expires_at, len(reading.rejected)) == (None, rejected)


def test_ai_users_are_counted_by_paging_where_counting_is_refused(simulator: Simulator, office: SimulatedPbx) -> None:
    office.mode = Mode.NO_COUNT

    assert seen(read(simulator, office)).license.seats.ai == office.ai_users


@pytest.mark.fault("P13")
@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (Certificate.SELF_SIGNED, Reason.TLS_UNTRUSTED),
        (Certificate.EXPIRED, Reason.TLS_EXPIRED),
        (Certificate.WRONG_NAME, Reason.TLS_WRONG_NAME),
        (Certificate.TLS_1_0, Reason.TLS_OUTDATED),
    ],
)
def test_a_certificate_can_be_changed_while_a_pbx_runs_and_has_a_reason(
    simulator: Simulator, office: SimulatedPbx, certificate: Certificate, reason: Reason
) -> None:
    sign_ins = office.counters["logins"]
    with httpx.Client(base_url=simulator.control_url, trust_env=False) as control:
        control.patch(f"/instances/{office.id}", json={"certificate": certificate.value}).raise_for_status()
        bad = read(simulator, office)
        control.patch(f"/instances/{office.id}", json={"certificate": "good"}).raise_for_status()

    assert isinstance(bad, FailedRead)
    assert bad.reason is reason
    assert office.counters["logins"] == sign_ins
    assert isinstance(read(simulator, office), Observation)


@pytest.mark.fault("P18")
@pytest.mark.parametrize(("mode", "arrives"), [(Mode.LATE, True), (Mode.STUCK, False)])
def test_a_refresh_waits_for_a_date_that_comes_late_and_not_for_ever(
    simulator: Simulator, office: SimulatedPbx, mode: Mode, arrives: bool
) -> None:
    before = seen(read(simulator, office)).license
    office.mode, was = mode, office.own
    later = NOW + timedelta(days=500)
    office.vendor = type(was)(later, later, was.license_active, was.product_code)
    secret, reader = PbxSecret(office.user, office.password), PbxReader(LOOPBACK)

    reading = asyncio.run(reader.refresh(watched(simulator, office), secret, NOW, before, 1.5))

    office.vendor = office.own = was
    assert seen(reading).license.expires_at == (later if arrives else before.expires_at)
