"""A connection to a mail server: to a checked address, and over at the deadline, whatever the other side does."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from time import monotonic

from lapsewatch.adapters.channels.email.target import Server
from lapsewatch.adapters.channels.means import Dialing
from lapsewatch.adapters.guarded.addresses import may_connect
from lapsewatch.adapters.guarded.failures import AddressBlockedError
from lapsewatch.adapters.guarded.tls import context_for

SHORTEST = 0.01


@contextmanager
def dialed(server: Server, dialing: Dialing, ends: float) -> Iterator[socket.socket]:
    """Yield a connection that ends at the deadline, with TLS if that comes first."""
    found = asyncio.run(asyncio.wait_for(dialing.resolve(server.host, server.port), _left(ends)))
    if not all(may_connect(address, dialing.allowed) for address in found):
        raise AddressBlockedError
    connection = _connected(found, server.port, ends)
    # Through a handle of its own, since TLS takes the first one over.
    handle = connection.dup()
    watch = Timer(_left(ends), _end, [handle])
    watch.start()
    try:
        if server.implicit_tls:
            connection = context_for(dialing.tls).wrap_socket(connection, server_hostname=server.host)
        yield connection
    finally:
        watch.cancel()
        _end(handle)
        handle.close()
        connection.close()


def _connected(addresses: list[str], port: int, ends: float) -> socket.socket:
    failure: OSError = ConnectionError("the name has no address")
    for number, address in enumerate(addresses):
        try:
            # A dead address among several must not use up the time of the others.
            connection = socket.create_connection((address, port), _left(ends) / (len(addresses) - number))
        except OSError as error:
            failure = error
        else:
            connection.settimeout(_left(ends))
            return connection
    raise failure


def _end(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _left(ends: float) -> float:
    return max(ends - monotonic(), SHORTEST)
