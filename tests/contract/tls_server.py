"""A TLS server on loopback that counts what reaches it."""

import asyncio
import socket
import ssl
import threading
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import trustme

NAME = "host.example"
type Behavior = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class TlsServer:
    """Where it listens, its authority, and every byte it was sent."""

    ca: trustme.CA
    certificate: trustme.LeafCert
    port: int = 0
    connections: int = 0
    received: bytearray = field(default_factory=bytearray)

    @property
    def ca_pem(self) -> str:
        return self.ca.cert_pem.bytes().decode()


async def head_of(reader: asyncio.StreamReader) -> bytes:
    """Return the head of the next request; nothing once there is none."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


async def body_of(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """Return the body that belongs to a head."""
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line), 0)
    return await reader.readexactly(length)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one byte at a time, without end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer in chunks without end, as fast as they are taken."""
    await head_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
        await writer.drain()
        # A drain need not let go of the loop, which would then never learn that the connection ended.
        await asyncio.sleep(0)


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    await reader.read()


async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and hang up in the middle of the answer."""
    await head_of(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"acc')
    await writer.drain()
    writer.transport.abort()


@contextmanager
def only_tls_1_0() -> Iterator[int]:
    """Serve one client with nothing newer than TLS 1.0, as appliances of old do, and yield the port.

    On a plain socket: asyncio hangs up without the alert by which a client learns what was wrong.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(NAME).configure_cert(context)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        # Python calls the version what it is: deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=_shake_hands, args=(listener, context))
        serving.start()
        yield listener.getsockname()[1]
        serving.join()


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    client, _ = listener.accept()
    with client, suppress(ssl.SSLError, OSError):
        context.wrap_socket(client, server_side=True)


@asynccontextmanager
async def serving(
    behavior: Behavior,
    *,
    name: str = NAME,
    expired: bool = False,
    set_up: Callable[[ssl.SSLContext], None] | None = None,
) -> AsyncIterator[TlsServer]:
    """Serve until the block ends, with a certificate for `name`."""
    ca = trustme.CA()
    ended = datetime(2020, 1, 1, tzinfo=UTC) if expired else None
    server = TlsServer(ca, ca.issue_cert(name, not_after=ended))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.certificate.configure_cert(context)
    if set_up:
        set_up(context)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        feed = reader.feed_data

        def counted(data: Any) -> None:
            server.received += data
            feed(data)

        setattr(reader, "feed_data", counted)  # noqa: B010  a tap on what arrives
        server.received += getattr(reader, "_buffer")  # noqa: B009  what came before the tap was on
        try:
            await behavior(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server
        listener.close_clients()
