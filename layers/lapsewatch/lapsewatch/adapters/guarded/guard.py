"""Connections that cannot be led astray: one look-up, checked addresses, a checked pin, no redirect, no proxy.

httpx resolves names deep inside its pool, so the pool of its transport is replaced by one whose network is guarded.
`_pool` is private: httpx is pinned, and a test asserts that the guard is in use.
"""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from lapsewatch.adapters.guarded.addresses import Network, may_connect
from lapsewatch.adapters.guarded.failures import AddressBlockedError, PinMismatchError
from lapsewatch.adapters.guarded.resolver import Resolve, resolve
from lapsewatch.adapters.guarded.tls import context_for
from lapsewatch.domain.instance import Tls, Trust

HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Lapsewatch"}
STEP_SECONDS = 10.0
"""The longest that one network step may take; the deadline of the whole errand is the caller's."""


class Guard(httpcore.AsyncNetworkBackend):
    """Resolves a name once and connects only to an address that passed the filter."""

    def __init__(self, allowed: tuple[Network, ...], pin: str | None, resolve: Resolve = resolve) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._resolve = resolve
        self._allowed = allowed
        self._pin = pin

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolved(host, port)
        if not all(may_connect(address, self._allowed) for address in addresses):
            raise AddressBlockedError
        # A dead address among several must not use up the time of the others.
        share = timeout if timeout is None or len(addresses) == 1 else timeout / (len(addresses) + 1)
        failure: Exception | None = None
        for address in addresses:
            try:
                stream = await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return GuardedStream(stream, self._pin)
        raise failure or httpcore.ConnectError("the name has no address")

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise AddressBlockedError

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

    async def _resolved(self, host: str, port: int) -> list[str]:
        try:
            return await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name does not resolve") from error


class GuardedStream(httpcore.AsyncNetworkStream):
    """A stream that compares the pinned fingerprint before a byte of a request is written."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, pin: str | None) -> None:
        self._inner = inner
        self._pin = pin

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            stream = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            # At the deadline, nobody else closes what is not a connection yet.
            await self._inner.aclose()
            raise
        if self._pin is not None and not _is_pinned(stream, self._pin):
            await stream.aclose()
            raise PinMismatchError
        return GuardedStream(stream, self._pin)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def guarded_transport(tls: Tls, allowed: tuple[Network, ...], resolve: Resolve = resolve) -> httpx.AsyncHTTPTransport:
    """Return a transport for one errand, over the shared context of the trust setting."""
    context = context_for(tls)
    transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False)
    pin = tls.value.lower().replace(":", "") if tls.trust is Trust.PIN else None
    transport._pool = httpcore.AsyncConnectionPool(ssl_context=context, network_backend=Guard(allowed, pin, resolve))  # noqa: SLF001
    return transport


def guarded_client(transport: httpx.AsyncBaseTransport, base_url: httpx.URL | str = "") -> httpx.AsyncClient:
    """Return a client for one errand: one client for all hosts would scan its pool on every event."""
    return httpx.AsyncClient(
        base_url=base_url,
        transport=transport,
        headers=HEADERS,
        # No cookie is kept: what a host sets is sent back only where somebody asked for it.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=STEP_SECONDS,
        follow_redirects=False,
        trust_env=False,
    )


def _is_pinned(stream: httpcore.AsyncNetworkStream, pin: str) -> bool:
    tls: ssl.SSLObject = stream.get_extra_info("ssl_object")
    leaf = tls.getpeercert(binary_form=True) or b""
    return hmac.compare_digest(hashlib.sha256(leaf).hexdigest().encode(), pin.encode())
