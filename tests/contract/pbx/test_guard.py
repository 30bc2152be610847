"""Guarded connections over real sockets and real TLS: whom we talk to, and whom we never do."""

import asyncio
import hashlib
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_network
from typing import Any

import pytest
import trustme
from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.exchange import Origin
from lapsewatch.adapters.guarded.line import GuardedLine, guarded_line
from lapsewatch.adapters.pbx.reader import DEADLINE, PbxReader
from lapsewatch.domain.certificates import end_of
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.domain.license import FailedRead, Observation, Reading, Reason

from tests.builders import NOW, instance
from tests.contract.pbx.server import TOKEN, answer
from tests.contract.tls_server import (
    NAME,
    Behavior,
    TlsServer,
    body_of,
    cut,
    drip,
    flood,
    head_of,
    only_tls_1_0,
    serving,
    silence,
)

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
    set_up: Callable[[ssl.SSLContext], None] | None = None,
    deadline: float = 3.0,
) -> tuple[Reading, TlsServer]:
    """Visit a server once by its name and return what was read, and the server."""
    found = names or Names("127.0.0.1")

    def lines(origin: Origin, tls: Tls, allowed: tuple[Network, ...]) -> GuardedLine:
        return guarded_line(origin, tls, allowed, found)

    async def visit() -> tuple[Reading, TlsServer]:
        async with serving(behavior, name=certificate, expired=expired, set_up=set_up) as server:
            pbx = instance(address=f"{NAME}:{server.port}", access=Access.API_CLIENT, tls=tls(server))
            reader = PbxReader(allowed, deadline=deadline, lines=lines)
            return await reader.read(pbx, SECRET, NOW, lambda: True), server

    return asyncio.run(visit())


async def visit_within(port: int, tls: Tls, deadline: float) -> Reading:
    """Visit whatever listens on a port of this machine."""
    reader = PbxReader(
        LOOPBACK, deadline, lines=lambda origin, tls, allowed: guarded_line(origin, tls, allowed, Names("127.0.0.1"))
    )
    pbx = instance(address=f"{NAME}:{port}", access=Access.API_CLIENT, tls=tls)
    return await reader.read(pbx, SECRET, NOW, lambda: True)


def visit(port: int, tls: Tls, *, deadline: float = 3.0) -> Reading:
    return asyncio.run(visit_within(port, tls, deadline))


def own_ca(server: TlsServer) -> Tls:
    return Tls(Trust.CA, server.ca_pem)


def pinned(server: TlsServer) -> Tls:
    return Tls(Trust.PIN, hashlib.sha256(leaf_of(server)).hexdigest())


def leaf_of(server: TlsServer) -> bytes:
    return ssl.PEM_cert_to_DER_cert(server.certificate.cert_chain_pems[0].bytes().decode())


def system(_: TlsServer) -> Tls:
    return Tls()


def failed(reading: Reading) -> Reason:
    assert isinstance(reading, FailedRead), reading
    return reading.reason


@pytest.mark.parametrize("tls", [own_ca, pinned])
def test_a_pbx_with_its_own_certificate_is_read_by_its_ca_or_its_pin(tls: Callable[[TlsServer], Tls]) -> None:
    names = Names("127.0.0.1")

    reading, server = read(tls, names=names)

    assert isinstance(reading, Observation)
    assert (names.asked, server.connections) == (1, 1)


def test_a_visit_says_when_a_pinned_certificate_ends_and_of_no_other() -> None:
    of_the_pin, server = read(pinned)
    of_the_ca, _ = read(own_ca)

    assert isinstance(of_the_pin, Observation)
    assert isinstance(of_the_ca, Observation)
    assert of_the_pin.pin_ends_at == end_of(leaf_of(server))
    assert of_the_pin.pin_ends_at is not None
    assert of_the_ca.pin_ends_at is None


@pytest.mark.fault("P13")
def test_a_wrong_pin_ends_the_visit_before_a_byte_is_sent() -> None:
    reading, server = read(lambda _: Tls(Trust.PIN, "ab" * 32))

    assert failed(reading) is Reason.TLS_PIN_MISMATCH
    assert bytes(server.received) == b""


def self_signed(context: ssl.SSLContext) -> None:
    own = trustme.CA()
    both = trustme.Blob(own.private_key_pem.bytes() + own.cert_pem.bytes())
    with both.tempfile() as file:
        context.load_cert_chain(file)


@pytest.mark.fault("P13")
@pytest.mark.parametrize(
    ("tls", "server", "reason"),
    [
        pytest.param(system, {}, Reason.TLS_UNTRUSTED, id="nobody knows its authority"),
        pytest.param(own_ca, {"set_up": self_signed}, Reason.TLS_UNTRUSTED, id="self-signed"),
        pytest.param(own_ca, {"certificate": "other.example"}, Reason.TLS_WRONG_NAME, id="another's name"),
        pytest.param(own_ca, {"expired": True}, Reason.TLS_EXPIRED, id="expired"),
        pytest.param(pinned, {"set_up": self_signed}, Reason.TLS_PIN_MISMATCH, id="changed under a pin"),
        pytest.param(lambda _: Tls(Trust.CA, "no certificate"), {}, Reason.TLS_UNTRUSTED, id="a CA that is none"),
        pytest.param(lambda _: Tls(Trust.CA, ""), {}, Reason.TLS_UNTRUSTED, id="an empty CA"),
    ],
)
def test_a_certificate_that_is_not_trusted_gets_no_credentials_and_a_reason_of_its_own(
    tls: Callable[[TlsServer], Tls], server: dict[str, Any], reason: Reason
) -> None:
    reading, visited = read(tls, **server)

    assert failed(reading) is reason
    assert bytes(visited.received) == b""


@pytest.mark.fault("P12")
@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.216.34", "127.0.0.1"), ("169.254.169.254",)])
def test_a_name_that_leads_inside_is_never_dialled(addresses: tuple[str, ...]) -> None:
    reading, server = read(own_ca, names=Names(*addresses), allowed=())

    assert failed(reading) is Reason.BLOCKED_ADDRESS
    assert server.connections == 0


@pytest.mark.fault("P13")
@pytest.mark.parametrize("tls", [Tls(), Tls(Trust.PIN, "ab" * 32)], ids=["system", "pinned"])
def test_a_host_that_speaks_only_tls_1_0_is_told_apart(tls: Tls) -> None:
    with only_tls_1_0() as port:
        assert failed(visit(port, tls)) is Reason.TLS_OUTDATED


def test_a_port_without_tls_is_no_pbx() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def visited() -> Reading:
        async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
            return await asyncio.to_thread(visit, server.sockets[0].getsockname()[1], Tls())

    assert failed(asyncio.run(visited())) is Reason.NOT_A_PBX


def test_a_visit_ends_after_ten_seconds() -> None:
    assert DEADLINE == 10


@pytest.mark.fault("P10")
@pytest.mark.parametrize("behavior", [drip, silence])
def test_an_answer_that_drips_or_never_comes_is_cut_at_the_deadline(behavior: Behavior) -> None:
    began = time.monotonic()

    reading, _ = read(own_ca, behavior=behavior, deadline=0.5)

    assert failed(reading) is Reason.TIMEOUT
    assert time.monotonic() - began < 2.5


@pytest.mark.fault("P10")
@pytest.mark.parametrize(
    ("begins", "goes_on"), [(b"", b""), (b"\x16\x03\x03\x40\x00", b"\x02")], ids=["silent", "a byte at a time"]
)
def test_a_handshake_that_takes_too_long_is_cut_at_the_deadline(begins: bytes, goes_on: bytes) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(begins)
        with suppress(ConnectionError):
            while True:
                writer.write(goes_on)
                await writer.drain()
                await asyncio.sleep(0.05)

    async def visited() -> Reading:
        async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
            try:
                return await asyncio.to_thread(visit, server.sockets[0].getsockname()[1], Tls(), deadline=0.5)
            finally:
                server.abort_clients()

    began = time.monotonic()

    reading = asyncio.run(visited())

    assert failed(reading) is Reason.TIMEOUT
    assert time.monotonic() - began < 2.5


@pytest.mark.fault("P10")
def test_a_handshake_that_was_cut_leaves_no_connection_open() -> None:
    async def hung_up_on() -> bool:
        gone = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            gone.set()
            writer.close()

        async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
            await visit_within(server.sockets[0].getsockname()[1], Tls(), 0.2)
            try:
                return await asyncio.wait_for(gone.wait(), 1)
            finally:
                server.abort_clients()

    assert asyncio.run(hung_up_on())


@pytest.mark.fault("P9")
def test_an_answer_without_end_is_cut_at_the_cap_and_hardly_touches_the_memory() -> None:
    tracemalloc.start()
    try:
        reading, _ = read(own_ca, behavior=flood)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(reading, FailedRead)
    assert (reading.reason, reading.detail) == (Reason.BAD_ANSWER, "answer larger than 256 KiB")
    assert peak < 8 * 2**20


@pytest.mark.fault("P12")
def test_every_connection_is_checked_anew_and_a_name_that_moved_inside_is_refused() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await body_of(await head_of(reader), reader)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(TOKEN) + TOKEN)
        await writer.drain()

    class Moving(Names):
        async def __call__(self, host: str, port: int) -> list[str]:
            await super().__call__(host, port)
            return ["127.0.0.1"] if self.asked == 1 else ["169.254.169.254"]

    names = Moving()

    reading, server = read(own_ca, behavior=once, names=names)

    assert failed(reading) is Reason.BLOCKED_ADDRESS
    assert (names.asked, server.connections) == (2, 1)


@pytest.mark.fault("P11")
def test_nobody_is_connected_to_whom_a_redirect_names() -> None:
    async def redirected() -> tuple[Reading, int]:
        async with serving(answer) as other:

            async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await body_of(await head_of(reader), reader)
                target = f"Location: https://{NAME}:{other.port}/\r\n".encode()
                writer.write(b"HTTP/1.1 307 Temporary Redirect\r\n" + target + b"Content-Length: 0\r\n\r\n")
                await writer.drain()

            reading, _ = await asyncio.to_thread(read, own_ca, behavior=elsewhere)
            return reading, other.connections

    reading, connections = asyncio.run(redirected())

    assert isinstance(reading, FailedRead)
    assert (reading.reason, reading.detail, connections) == (Reason.NOT_A_PBX, "redirect", 0)


def test_a_proxy_that_the_environment_names_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)

        reading, server = read(own_ca)

        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()
    assert isinstance(reading, Observation)
    assert server.connections == 1


def test_a_connection_that_breaks_is_unreachable() -> None:
    assert failed(read(own_ca, behavior=cut)[0]) is Reason.UNREACHABLE


def test_a_second_address_is_tried_when_the_first_is_dead() -> None:
    reading, server = read(own_ca, names=Names("127.0.0.2", "127.0.0.1"))

    assert isinstance(reading, Observation)
    assert server.connections == 1


def test_a_name_without_addresses_is_unreachable() -> None:
    assert failed(read(own_ca, names=Names())[0]) is Reason.UNREACHABLE
