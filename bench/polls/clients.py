"""One poll by each client: sign in, read the license, hang up."""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from ipaddress import ip_network

import httpx
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.domain.license import Observation
from threecx import ThreeCXClient  # type: ignore[import-untyped]  # it is typed, but does not say so

from bench.polls import floor
from bench.polls.pbx import BenchPbx
from tests.builders import instance

SECRET = PbxSecret("u", "p")
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
FORM = {"client_id": "u", "client_secret": "p", "grant_type": "client_credentials"}

type Polls = Callable[[int, int], None]
"""Does so many polls, so many at once."""


def clients(pbx: BenchPbx) -> dict[str, Polls]:
    """Return every client by its name, the floor first."""
    context = ssl.create_default_context(cafile=str(pbx.ca))
    return {
        "floor: a loop over OpenSSL": lambda number, at_once: floor.visits(pbx.port, context, number, at_once),
        "ours: a visit": _ours(pbx),
        "httpx, a client per PBX": lambda number, at_once: _together(lambda: _apart(pbx, context), number, at_once),
        "httpx, one client for all": lambda number, at_once: asyncio.run(_shared(pbx, context, number, at_once)),
        "3CX SDK": lambda number, at_once: _sdk(pbx, number, at_once),
    }


def _ours(pbx: BenchPbx) -> Polls:
    reader = PbxReader(LOOPBACK)
    of = instance(address=f"localhost:{pbx.port}", access=Access.API_CLIENT, tls=Tls(Trust.CA, pbx.ca.read_text()))

    async def visit() -> None:
        reading = await reader.read(of, SECRET, datetime.now(UTC), lambda: True)
        assert isinstance(reading, Observation), reading

    return lambda number, at_once: _together(visit, number, at_once)


def _together(visit: Callable[[], Awaitable[None]], number: int, at_once: int) -> None:
    asyncio.run(_all(visit, number, at_once))


async def _all(visit: Callable[[], Awaitable[None]], number: int, at_once: int) -> None:
    turn = asyncio.Semaphore(at_once)

    async def one() -> None:
        async with turn:
            await visit()

    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(one())


async def _apart(pbx: BenchPbx, context: ssl.SSLContext) -> None:
    async with httpx.AsyncClient(verify=context) as client:
        await _read(client, pbx)


async def _shared(pbx: BenchPbx, context: ssl.SSLContext, number: int, at_once: int) -> None:
    """Visit by one pool that keeps nothing, as each PBX of a fleet is a host of its own."""
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=0)
    async with httpx.AsyncClient(verify=context, limits=limits, timeout=30) as client:
        await _all(lambda: _read(client, pbx), number, at_once)


async def _read(client: httpx.AsyncClient, pbx: BenchPbx) -> None:
    origin = f"https://localhost:{pbx.port}"
    token = (await client.post(f"{origin}/connect/token", data=FORM)).json()["access_token"]
    query, proof = {"$select": "LicenseKey,ExpirationDate"}, {"Authorization": f"Bearer {token}"}
    (await client.get(f"{origin}/xapi/v1/SystemStatus", params=query, headers=proof)).json()


def _sdk(pbx: BenchPbx, number: int, at_once: int) -> None:
    os.environ["SSL_CERT_FILE"] = str(pbx.ca)  # it takes no CA for its sign-in

    def one(_: int) -> None:
        with ThreeCXClient(f"https://localhost:{pbx.port}", "u", "p") as client:
            client.system.get_status()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, range(number)))
