"""The management console of versions 16 and 18: one word and a cookie, and fewer facts."""

from typing import Any

from aiohttp import web

from local.simulator.pbx import Mode, SimulatedPbx
from local.simulator.resources import console_status
from local.simulator.tokens import Standing

LOGIN_PATH = "/api/login"
STATUS_PATH = "/api/SystemStatus"
COOKIES = {16: ".AspNetCore.Cookies", 18: ".AspNetCore.CookiesA"}


async def console_login(request: web.Request, pbx: SimulatedPbx) -> web.Response:
    """Sign in. Whatever comes of it comes with HTTP 200: only the exact word tells."""
    try:
        body: Any = await request.json()
    except ValueError:
        body = None
    known = isinstance(body, dict) and (body.get("Username"), body.get("Password")) == (pbx.user, pbx.password)
    if pbx.mode is Mode.REJECT or not known:
        pbx.refuse()
        return web.Response(text="AuthFailed")
    pbx.counters["logins"] += 1
    answer = web.Response(text="AuthSuccess")
    answer.set_cookie(_cookie(pbx), pbx.tokens.issue(), path="/", httponly=True, samesite="Lax")
    return answer


def standing_in_console(request: web.Request, pbx: SimulatedPbx) -> Standing:
    return pbx.tokens.standing(request.cookies.get(_cookie(pbx), ""))


def status(_: web.Request, pbx: SimulatedPbx) -> web.Response:
    return web.json_response(console_status(pbx))


def _cookie(pbx: SimulatedPbx) -> str:
    return COOKIES.get(pbx.build[0], COOKIES[18])
