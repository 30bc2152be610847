"""A client of the front that says how long each answer took."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import monotonic

import aiohttp

from bench.load.figures import Answer
from bench.load.front import CPU, SECONDS

CONNECTIONS = 2_000
"""At once: each is two files of this process. What is beyond waits, and its waiting counts."""
PATIENCE = aiohttp.ClientTimeout(total=600)


class Asker:
    """Asks as one token."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> tuple[Answer, str]:
        """Return the answer, and its ETag if it has one."""
        began = monotonic()
        async with self._session.request(method, path, headers=headers) as answer:
            await answer.read()
            told = answer.headers
            taken = Answer(answer.status, monotonic() - began, float(told[SECONDS]), float(told[CPU]))
            return taken, told.get("ETag", "")

    async def at_pace(self, wanted: list[tuple[str, Mapping[str, str]]], rate: float) -> list[Answer]:
        """Send a request every so often, whether or not those before it are answered."""
        begun = monotonic()

        async def one(number: int, path: str, headers: Mapping[str, str]) -> Answer:
            await asyncio.sleep(begun + number / rate - monotonic())
            return (await self.ask("GET", path, headers))[0]

        tasks = [asyncio.create_task(one(number, *request)) for number, request in enumerate(wanted)]
        return await asyncio.gather(*tasks)


@asynccontextmanager
async def asking(url: str, token: str) -> AsyncIterator[Asker]:
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(
        url, headers=headers, connector=connector, timeout=PATIENCE, auto_decompress=False
    ) as session:
        yield Asker(session)
