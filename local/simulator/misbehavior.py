"""What goes wrong, and how it looks on the wire."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from local.simulator.odata import RefusedError
from local.simulator.pbx import Mode, SimulatedPbx

SIGN_IN_PAGE = "<!doctype html><title>Sign in</title><p>Please sign in."
ELSEWHERE = "https://elsewhere.invalid/"
"""A host that cannot exist, so that following the redirect is harmless and fails."""
BLOCK = b" " * 65536


@dataclass(frozen=True, slots=True)
class Pace:
    """How long slow things take, in seconds."""

    slow: float = 2.0
    drip: float = 0.3
    late: float = 3.0


async def on_every_answer(pbx: SimulatedPbx, pace: Pace) -> web.Response | None:
    """Return what the PBX answers to whatever it is asked; None if it gets to the question."""
    if pbx.blocked:
        return web.Response(status=403)
    match pbx.mode:
        case Mode.SLOW:
            await asyncio.sleep(pace.slow)
        case Mode.HANG:
            # Ends when the client goes away or the simulator stops.
            await asyncio.Event().wait()
        case Mode.HTML:
            return web.Response(text=SIGN_IN_PAGE, content_type="text/html")
        case Mode.UPGRADING:
            return web.Response(status=502, text="Bad Gateway")
        case Mode.REDIRECT:
            return web.Response(status=302, headers={"Location": ELSEWHERE})
    return None


async def on_data(request: web.Request, pbx: SimulatedPbx, pace: Pace) -> web.StreamResponse | None:
    """Return what spoils a data call of somebody who is signed in; None if nothing does."""
    match pbx.mode:
        case Mode.FORBIDDEN:
            raise RefusedError(403, "WARNINGS.XAPI.FORBIDDEN_CHANGE")
        case Mode.HUGE:
            return await _endless(request, BLOCK, 0)
        case Mode.DRIP:
            return await _endless(request, b" ", pace.drip)
    return None


async def _endless(request: web.Request, block: bytes, pause: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    with suppress(ConnectionResetError):
        await response.prepare(request)
        while True:
            await response.write(block)
            # Even a pause of nothing lets the other PBXs have their turn.
            await asyncio.sleep(pause)
    return response
