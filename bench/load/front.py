"""A small HTTP front that hands requests to the handler as the gateway does: as events of payload 2.0."""

from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bench.load.environments import Environments, Invoked
from local.front import address_of, reserved

SECONDS, CPU = "X-Function-Seconds", "X-Function-Cpu"


@asynccontextmanager
async def serving(environments: Environments) -> AsyncIterator[str]:
    """Serve on a loopback port until the block ends, and yield the address."""

    async def answer(request: web.Request) -> web.Response:
        event = {
            "version": "2.0",
            "rawPath": request.path,
            "rawQueryString": request.query_string,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "requestContext": {"http": {"method": request.method, "path": request.path}, "stage": "$default"},
            "body": (await request.text()) or None,
            "isBase64Encoded": False,
        }
        return _response(await environments.invoke(event))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    with reserved() as place:
        try:
            await web.SockSite(runner, place, backlog=1024).start()
            yield address_of(place)
        finally:
            await runner.cleanup()


def _response(invoked: Invoked) -> web.Response:
    answer = invoked.answer
    text = answer.get("body") or ""
    body = b64decode(text) if answer.get("isBase64Encoded") else text.encode()
    headers = {**answer["headers"], SECONDS: f"{invoked.seconds:.6f}", CPU: f"{invoked.cpu:.6f}"}
    return web.Response(status=answer["statusCode"], body=body, headers=headers)
