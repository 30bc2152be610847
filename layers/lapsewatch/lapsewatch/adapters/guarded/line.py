"""Lines that cannot be led astray: guarded connections, no redirect, no proxy, no cookie, nothing decompressed.

asyncio and OpenSSL carry them, h11 speaks HTTP/1.1: a client library on top took three times the CPU of both.
"""

import asyncio
import ssl
from contextlib import suppress

import h11

from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.exchange import Headers, Origin, Reply, Request
from lapsewatch.adapters.guarded.failures import AnswerTooLargeError, CompressedError, NotHttpError
from lapsewatch.adapters.guarded.guard import Dial, Guard, dial
from lapsewatch.adapters.guarded.resolver import Resolve, resolve
from lapsewatch.adapters.guarded.tls import context_for
from lapsewatch.domain.instance import Tls, Trust

IDENTITY = "identity"
HEADERS = {"Accept": "application/json", "Accept-Encoding": IDENTITY, "User-Agent": "Lapsewatch"}
STEP_SECONDS = 10.0
"""The longest that one request may take; the deadline of the whole errand is the caller's."""
CHUNK = 64 * 1024
LARGEST_HEAD = 64 * 1024


def guarded_line(
    origin: Origin, tls: Tls, allowed: tuple[Network, ...], resolve: Resolve = resolve, dial: Dial = dial
) -> "GuardedLine":
    """Return a line for one errand, over the shared context of the trust setting."""
    pin = tls.value.lower().replace(":", "") if tls.trust is Trust.PIN else None
    return GuardedLine(origin, context_for(tls), Guard(allowed, pin, resolve, dial))


class GuardedLine:
    """Asks one host over a connection that is kept between requests; every new one is guarded anew."""

    def __init__(self, origin: Origin, context: ssl.SSLContext, guard: Guard) -> None:
        self._origin = origin
        self._context = context
        self._guard = guard
        self._connection: _Connection | None = None
        self.pinned: bytes | None = None

    async def ask(self, request: Request, largest: int | None, *, cut: bool = False) -> Reply:
        async with asyncio.timeout(STEP_SECONDS):
            if self._connection is None or not self._connection.reusable:
                await self.aclose()
                self._connection = await self._connected()
            try:
                return await self._connection.ask(request, self._origin.authority, largest, cut=cut)
            except h11.ProtocolError:
                # Its text may quote what was answered.
                raise NotHttpError from None

    async def aclose(self) -> None:
        if self._connection is not None:
            self._connection.hang_up()
            self._connection = None
            # The loop closes the socket in its next round, which may be its last.
            await asyncio.sleep(0)

    async def _connected(self) -> "_Connection":
        connected = await self._guard.connect(self._origin)
        try:
            reader, writer = await asyncio.open_connection(
                sock=connected, ssl=self._context, server_hostname=self._origin.host
            )
        except ConnectionError as error:
            raise ssl.SSLEOFError("the connection ended within the TLS handshake") from error
        except ValueError:
            connected.close()
            raise
        connection = _Connection(reader, writer)
        try:
            self.pinned = self._guard.check(writer.get_extra_info("ssl_object"))
        except BaseException:
            connection.hang_up()
            raise
        return connection


class _Connection:
    """HTTP/1.1 over a TLS connection, one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD)

    @property
    def reusable(self) -> bool:
        """Whether another request may be sent: both sides are done, and neither hung up."""
        with suppress(h11.LocalProtocolError):
            self._http.start_next_cycle()
        broken = self._reader.at_eof() or self._reader.exception() is not None or self._writer.is_closing()
        return self._http.our_state is h11.IDLE and not broken

    async def ask(self, request: Request, authority: str, largest: int | None, *, cut: bool) -> Reply:
        length = {"Content-Length": str(len(request.body))} if request.body or request.method == "POST" else {}
        fields = {"Host": authority, **HEADERS, **length, **request.headers}
        head = h11.Request(method=request.method, target=request.target, headers=list(fields.items()))
        sent = [self._http.send(head), self._http.send(h11.Data(request.body)), self._http.send(h11.EndOfMessage())]
        self._writer.write(b"".join(part for part in sent if part))
        answer = await self._head()
        headers = Headers(answer.headers)
        if largest is None:
            return Reply(answer.status_code, headers)
        if not cut and headers.get("content-encoding", IDENTITY) != IDENTITY:
            raise CompressedError
        return Reply(answer.status_code, headers, await self._body(largest, cut=cut))

    def hang_up(self) -> None:
        self._writer.transport.abort()

    async def _head(self) -> h11.Response:
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise NotHttpError

    async def _body(self, largest: int, *, cut: bool) -> bytes:
        body = bytearray()
        while True:
            event = await self._event()
            if isinstance(event, h11.EndOfMessage):
                return bytes(body)
            if not isinstance(event, h11.Data):
                raise NotHttpError
            body += event.data
            if len(body) > largest and not cut:
                raise AnswerTooLargeError
            if len(body) > largest:
                return bytes(body[:largest])

    async def _event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return the next event, which is never NEED_DATA."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(CHUNK))
        return event
