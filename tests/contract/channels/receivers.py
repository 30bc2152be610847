"""Receivers on loopback, over real TLS, that answer as they are told or as a service would."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_network
from typing import Any

from lapsewatch.adapters.channels.post import Connect
from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.domain.instance import Tls, Trust
from lapsewatch.domain.outcomes import Outcome

from tests.contract.tls_server import Behavior, TlsServer, body_of, head_of, serving

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)


def answers(status: str, *headers: str, body: bytes = b"") -> Behavior:
    """Return a receiver that gives this answer."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await body_of(await head_of(reader), reader)
        lines = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", ""))
        writer.write(lines.encode() + body)
        await writer.drain()

    return behave


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    await reader.read()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and end the connection."""
    await head_of(reader)
    writer.transport.abort()


async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with a head that never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say yes, then send a body without end as fast as it is taken."""
    await body_of(await head_of(reader), reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while True:
        writer.write(b" " * 65536)
        await writer.drain()
        # A drain need not let go of the loop, which would then never learn that the connection ended.
        await asyncio.sleep(0)


async def resolve(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def request_of(server: TlsServer) -> tuple[str, dict[str, str], bytes]:
    """Return the request line, the headers and the body that a server was sent."""
    head, _, body = bytes(server.received).partition(b"\r\n\r\n")
    line, *fields = head.decode("ascii").split("\r\n")
    return line, {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}, body


@dataclass
class Request:
    """What a service was asked."""

    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Service:
    """A server that keeps its connections, checks each request, and answers by `answer`, or `faulty` if it is wrong."""

    faults: Callable[[Request], list[str]]
    answer: Callable[[Request], tuple[str, str]]
    faulty: tuple[str, str] = ("400 Bad Request", "invalid")
    requests: list[Request] = field(default_factory=list)

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await head_of(reader):
            line, *fields = head.decode("ascii").strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in fields)}
            method, path, _ = line.split(" ")
            request = Request(path, headers, json.loads(await body_of(head, reader)))
            wrong = method != "POST" or headers["content-type"] != "application/json" or self.faults(request)
            self.requests.append(request)
            status, said = self.faulty if wrong else self.answer(request)
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(said)}\r\n\r\n{said}".encode())
            await writer.drain()


def sent(behavior: Behavior, send: Callable[[int, Connect], Outcome], **server_like: Any) -> tuple[Outcome, TlsServer]:
    """Serve while `send`, which gets the port and a guarded connection that trusts the server, does what it does."""

    async def served() -> tuple[Outcome, TlsServer]:
        async with serving(behavior, **server_like) as server:
            tls = Tls(Trust.CA, server.ca_pem)
            connect = partial(guarded_line, tls=tls, allowed=LOOPBACK, resolve=resolve)
            return await asyncio.to_thread(send, server.port, connect), server

    return asyncio.run(served())
