"""Whom we talk to: one look-up, checked addresses, a checked pin."""

import asyncio
import hashlib
import hmac
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lapsewatch.adapters.guarded.addresses import Network, may_connect
from lapsewatch.adapters.guarded.exchange import Origin
from lapsewatch.adapters.guarded.failures import AddressBlockedError, PinMismatchError
from lapsewatch.adapters.guarded.resolver import Resolve, resolve

DIAL_SECONDS = 10.0
"""The longest that it may take until one of a name's addresses answers."""

type Dial = Callable[[str, int], Awaitable[socket.socket]]


async def dial(address: str, port: int) -> socket.socket:
    """Return a socket that is connected to an address, which is no name."""
    found = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    found.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(found, (address, port))
    except BaseException:
        found.close()
        raise
    return found


@dataclass(frozen=True, slots=True)
class Guard:
    """Resolves a name once and connects only to an address that passed the filter."""

    allowed: tuple[Network, ...]
    pin: str | None
    resolve: Resolve = resolve
    dial: Dial = dial

    async def connect(self, origin: Origin) -> socket.socket:
        """Return a socket that is connected to the origin; raise AddressBlockedError or OSError."""
        addresses = await self._resolved(origin)
        if not all(may_connect(address, self.allowed) for address in addresses):
            raise AddressBlockedError
        # A dead address among several must not use up the time of the others.
        share = DIAL_SECONDS if len(addresses) == 1 else DIAL_SECONDS / (len(addresses) + 1)
        failure: OSError = socket.gaierror("the name has no address")
        for address in addresses:
            try:
                async with asyncio.timeout(share):
                    return await self.dial(address, origin.port)
            except OSError as error:
                failure = error
        raise failure

    def check(self, tls: ssl.SSLObject) -> bytes | None:
        """Return the certificate (DER) if one is pinned; raise PinMismatchError unless it is that one."""
        if self.pin is None:
            return None
        leaf = tls.getpeercert(binary_form=True) or b""
        if not hmac.compare_digest(hashlib.sha256(leaf).hexdigest().encode(), self.pin.encode()):
            raise PinMismatchError
        return leaf

    async def _resolved(self, origin: Origin) -> list[str]:
        try:
            return await self.resolve(origin.host, origin.port)
        except UnicodeError as error:
            raise socket.gaierror("the name cannot be looked up") from error
