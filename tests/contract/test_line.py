"""What goes over a guarded line, byte by byte, and what comes back however a host spells it."""

import asyncio
from contextlib import aclosing

import pytest
from lapsewatch.adapters.guarded.exchange import Origin, Reply, Request, origin_of
from lapsewatch.adapters.guarded.failures import (
    AnswerTooLargeError,
    Cause,
    CompressedError,
    GuardedError,
    NotHttpError,
    failure_of,
)
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.domain.instance import Tls, Trust

from tests.contract.pbx.test_guard import LOOPBACK, Names
from tests.contract.tls_server import NAME, Behavior, TlsServer, body_of, head_of, serving

GET = Request("GET", "/a?b=c", {"Authorization": "Bearer t"})
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def saying(*answers: bytes, close: bool = False) -> Behavior:
    """Answer the requests of each connection in order, then hang up if told so."""

    async def behavior(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await body_of(await head_of(reader), reader)
            writer.write(answer)
            await writer.drain()
        if not close:
            await reader.read()

    return behavior


def asked(behavior: Behavior, *requests: Request, largest: int | None = 100) -> tuple[list[Reply], TlsServer]:
    async def asking() -> tuple[list[Reply], TlsServer]:
        async with serving(behavior) as server:
            tls = Tls(Trust.CA, server.ca_pem)
            line = guarded_line(Origin(NAME, server.port), tls, LOOPBACK, Names("127.0.0.1"))
            replies = []
            async with aclosing(line):
                for request in requests:
                    replies.append(await line.ask(request, largest))
                    await asyncio.sleep(0.02)  # as long as a host needs to hang up
            return replies, server

    return asyncio.run(asking())


def test_a_request_is_sent_as_it_is_and_asks_for_no_compression() -> None:
    _, server = asked(saying(OK), GET)

    assert bytes(server.received).decode() == (
        f"GET /a?b=c HTTP/1.1\r\nHost: {NAME}:{server.port}\r\nAccept: application/json\r\n"
        "Accept-Encoding: identity\r\nUser-Agent: Lapsewatch\r\nAuthorization: Bearer t\r\n\r\n"
    )


def test_a_post_tells_how_long_its_body_is_even_if_it_has_none() -> None:
    _, server = asked(saying(OK, OK), Request("POST", "/", body=b"{}"), Request("POST", "/"))

    first, _, rest = bytes(server.received).partition(b"\r\n\r\n")
    assert first.endswith(b"\r\nContent-Length: 2")
    assert rest.startswith(b"{}POST")
    assert b"Content-Length: 0\r\n" in rest


def test_requests_of_one_errand_share_a_connection() -> None:
    replies, server = asked(saying(OK, OK), GET, GET)

    assert [reply.body for reply in replies] == [b"{}", b"{}"]
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer", [OK, OK.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)], ids=["silently", "as said"]
)
def test_where_a_host_hung_up_between_requests_a_new_connection_is_made(answer: bytes) -> None:
    replies, server = asked(saying(answer, close=True), GET, GET)

    assert [reply.status for reply in replies] == [200, 200]
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", id="chunked"
        ),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, id="after a word in between"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n{}", id="until it hangs up"),
        pytest.param(OK.replace(b"Content-Length", b"content-LENGTH"), id="in other letters"),
    ],
)
def test_every_way_to_frame_an_answer_is_understood(answer: bytes) -> None:
    [reply], _ = asked(saying(answer, close=True), GET)

    assert (reply.status, reply.body) == (200, b"{}")


@pytest.mark.fault("P8")
@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6 canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncanary",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: canary\r\n\r\n",
        b"",
    ],
    ids=["another protocol", "cut", "two lengths", "an endless head", "an upgrade", "nothing"],
)
def test_what_is_no_whole_answer_is_unreachable_and_never_quoted(answer: bytes) -> None:
    with pytest.raises(NotHttpError) as raised:
        asked(saying(answer, close=True), GET)

    failure = failure_of(raised.value)
    assert failure.cause is Cause.UNREACHABLE
    assert "canary" not in f"{failure} {raised.value}"


@pytest.mark.fault("P9")
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"x" * 101, AnswerTooLargeError),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", CompressedError),
    ],
    ids=["too large", "compressed"],
)
def test_what_could_fill_the_memory_is_not_read(answer: bytes, error: type[GuardedError]) -> None:
    with pytest.raises(error):
        asked(saying(answer), GET)


@pytest.mark.parametrize(
    ("address", "origin", "authority"),
    [
        ("host.example", Origin("host.example"), "host.example"),
        ("host.example:443", Origin("host.example"), "host.example"),
        ("host.example:5001", Origin("host.example", 5001), "host.example:5001"),
        ("[2001:db8::1]:5001", Origin("2001:db8::1", 5001), "[2001:db8::1]:5001"),
        ("bücher.example", Origin("xn--bcher-kva.example"), "xn--bcher-kva.example"),
    ],
)
def test_an_address_is_a_host_that_may_have_a_port(address: str, origin: Origin, authority: str) -> None:
    assert origin_of(address) == origin
    assert origin.authority == authority
