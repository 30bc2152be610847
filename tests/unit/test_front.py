"""The demo's friendly address passes on what a caller says, and nothing in its name."""

import asyncio
from http import HTTPStatus

import httpx
import pytest
from aiohttp import web

from local.front import reserved, serving


async def passed_on(**said: str) -> dict[str, str]:
    """Return the headers that reach the API when a caller says these."""

    async def tell(request: web.Request) -> web.Response:
        return web.json_response({name.lower(): value for name, value in request.headers.items()})

    app = web.Application()
    app.router.add_get("/{path:.*}", tell)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        behind = reserved()
        port = behind.getsockname()[1]
        await web.SockSite(runner, behind).start()
        async with (
            serving(reserved(), f"http://127.0.0.1:{port}", "api.test") as url,
            httpx.AsyncClient() as client,
        ):
            client.headers.clear()
            answer = await client.get(f"{url}/fleet.csv", headers=said)
            assert answer.status_code == HTTPStatus.OK
            headers: dict[str, str] = answer.json()
            return headers
    finally:
        await runner.cleanup()


def test_a_caller_that_takes_nothing_compressed_is_not_said_to() -> None:
    headers = asyncio.run(passed_on())

    assert headers["host"] == "api.test"
    assert not {"accept-encoding", "accept", "user-agent"} & headers.keys()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_a_caller_takes_is_passed_on(encoding: str) -> None:
    assert asyncio.run(passed_on(**{"accept-encoding": encoding}))["accept-encoding"] == encoding
