"""The demo's friendly address: a thin proxy from a loopback port to the API that the emulator serves by host name."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

LOOPBACK = "127.0.0.1"
PASSED_ON = frozenset({
    "accept", "accept-encoding", "authorization", "content-type", "cookie", "if-none-match", "origin", "sec-fetch-site",
    "user-agent", "x-requested-with",
})  # fmt: skip
NOT_RETURNED = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


def reserved(port: int = 0) -> socket.socket:
    """Take a loopback port, any for 0, long before it is served, so that nobody else does; OSError if it is taken."""
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((LOOPBACK, port))
    except OSError:
        place.close()
        raise
    return place


def address_of(place: socket.socket) -> str:
    return f"http://{LOOPBACK}:{place.getsockname()[1]}"


@asynccontextmanager
async def serving(place: socket.socket, endpoint: str, api_host: str) -> AsyncIterator[str]:
    """Serve the API at a reserved place until the block ends."""
    # What a caller does not say is not said for it: it would get what it cannot read.
    said = frozenset({"Accept", "Accept-Encoding", "User-Agent"})
    cookies = aiohttp.DummyCookieJar()
    session = aiohttp.ClientSession(auto_decompress=False, cookie_jar=cookies, skip_auto_headers=said)
    app = web.Application(client_max_size=64 * 1024)

    async def pass_on(request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() in PASSED_ON}
        headers["Host"] = api_host
        body = await request.read()
        url = f"{endpoint}{request.rel_url}"
        async with session.request(request.method, url, headers=headers, data=body, allow_redirects=False) as answer:
            response = web.Response(status=answer.status, body=await answer.read())
            response.headers.clear()
            for name, value in answer.headers.items():
                if name.lower() not in NOT_RETURNED:
                    response.headers.add(name, _on_plain_http(name, value))
            return response

    app.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    try:
        await runner.setup()
        await web.SockSite(runner, place).start()
        yield address_of(place)
    finally:
        await runner.cleanup()
        await session.close()


def _on_plain_http(name: str, value: str) -> str:
    """Let cookies through on loopback, where there is no TLS for them to insist on."""
    return value.replace("; Secure", "") if name.lower() == "set-cookie" else value
