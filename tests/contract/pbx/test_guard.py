"""Guarded connections over real sockets and real TLS: whom we talk to, and whom we never do."""

import asyncio
import hashlib
import ssl
import time
from collections.abc import Callable
from ipaddress import ip_network

import httpx
import pytest
from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.guard import Guard, guarded_transport
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.domain.license import FailedRead, Observation, Reading, Reason

from tests.builders import NOW, instance
from tests.contract.pbx.server import answer
from tests.contract.tls_server import NAME, Behavior, TlsServer, cut, drip, serving

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)
SECRET = PbxSecret("watcher", "canary-password")


class Names:
    """A resolver that says what the test says, and counts how often it is asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return list(self.addresses)


def read(
    tls: Callable[[TlsServer], Tls],
    *,
    behavior: Behavior = answer,
    names: Names | None = None,
    allowed: tuple[Network, ...] = LOOPBACK,
    certificate: str = NAME,
    expired: bool = False,
    deadline: float = 3.0,
) -> tuple[Reading, TlsServer]:
    """Visit a server once by its name and return what was read, and the server."""
    found = names or Names("127.0.0.1")

    def transports(tls: Tls, allowed: tuple[Network, ...]) -> httpx.AsyncBaseTransport:
        return guarded_transport(tls, allowed, found)

    async def visit() -> tuple[Reading, TlsServer]:
        async with serving(behavior, name=certificate, expired=expired) as server:
            pbx = instance(address=f"{NAME}:{server.port}", access=Access.API_CLIENT, tls=tls(server))
            reader = PbxReader(allowed, deadline=deadline, transports=transports)
            return await reader.read(pbx, SECRET, NOW, lambda: True), server

    return asyncio.run(visit())


def own_ca(server: TlsServer) -> Tls:
    return Tls(Trust.CA, server.ca_pem)


def pinned(server: TlsServer) -> Tls:
    leaf = ssl.PEM_cert_to_DER_cert(server.certificate.cert_chain_pems[0].bytes().decode())
    return Tls(Trust.PIN, hashlib.sha256(leaf).hexdigest())


def system(_: TlsServer) -> Tls:
    return Tls()


def failed(reading: Reading) -> Reason:
    assert isinstance(reading, FailedRead), reading
    return reading.reason


def test_the_guard_is_what_httpx_connects_through() -> None:
    transport = guarded_transport(Tls(), ())

    assert isinstance(transport._pool._network_backend, Guard)


@pytest.mark.parametrize("tls", [own_ca, pinned])
def test_a_pbx_with_its_own_certificate_is_read_by_its_ca_or_its_pin(tls: Callable[[TlsServer], Tls]) -> None:
    names = Names("127.0.0.1")

    reading, server = read(tls, names=names)

    assert isinstance(reading, Observation)
    assert (names.asked, server.connections) == (1, 1)


@pytest.mark.fault("P13")
def test_a_wrong_pin_ends_the_visit_before_a_byte_is_sent() -> None:
    reading, server = read(lambda _: Tls(Trust.PIN, "ab" * 32))

    assert failed(reading) is Reason.TLS_PIN_MISMATCH
    assert bytes(server.received) == b""


@pytest.mark.fault("P13")
@pytest.mark.parametrize(
    ("tls", "certificate", "expired"),
    [
        pytest.param(system, NAME, False, id="nobody knows its authority"),
        pytest.param(own_ca, "other.example", False, id="another's name"),
        pytest.param(own_ca, NAME, True, id="expired"),
        pytest.param(lambda _: Tls(Trust.CA, "no certificate"), NAME, False, id="a CA that is none"),
        pytest.param(lambda _: Tls(Trust.CA, ""), NAME, False, id="an empty CA"),
    ],
)
def test_a_certificate_that_is_not_trusted_gets_no_credentials(
    tls: Callable[[TlsServer], Tls], certificate: str, expired: bool
) -> None:
    reading, server = read(tls, certificate=certificate, expired=expired)

    assert failed(reading) is Reason.TLS_UNTRUSTED
    assert bytes(server.received) == b""


@pytest.mark.fault("P12")
@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.216.34", "127.0.0.1"), ("169.254.169.254",)])
def test_a_name_that_leads_inside_is_never_dialled(addresses: tuple[str, ...]) -> None:
    reading, server = read(own_ca, names=Names(*addresses), allowed=())

    assert failed(reading) is Reason.BLOCKED_ADDRESS
    assert server.connections == 0


@pytest.mark.fault("P10")
def test_an_answer_that_drips_is_cut_at_the_deadline() -> None:
    began = time.monotonic()

    reading, _ = read(own_ca, behavior=drip, deadline=0.5)

    assert failed(reading) is Reason.TIMEOUT
    assert time.monotonic() - began < 2.5


def test_a_connection_that_breaks_is_unreachable() -> None:
    assert failed(read(own_ca, behavior=cut)[0]) is Reason.UNREACHABLE


def test_a_second_address_is_tried_when_the_first_is_dead() -> None:
    reading, server = read(own_ca, names=Names("127.0.0.2", "127.0.0.1"))

    assert isinstance(reading, Observation)
    assert server.connections == 1


def test_a_name_without_addresses_is_unreachable() -> None:
    assert failed(read(own_ca, names=Names())[0]) is Reason.UNREACHABLE
