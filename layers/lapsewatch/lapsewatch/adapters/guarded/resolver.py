"""Names become addresses on threads of their own.

A look-up cannot be cancelled. On the event loop's threads, a few dead names would hold up the storing of other
readings, and the end of the whole run.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

LOOK_UPS_AT_ONCE = 32

type Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """Return every address of a name, each once; raise socket.gaierror or UnicodeError."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_threads(), _look_up, host, port)
    return list(dict.fromkeys(found))


def _look_up(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LOOK_UPS_AT_ONCE, thread_name_prefix="look-up")
