"""Which request gets which answer: sign-ins, and data for who is signed in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from local.simulator.console import LOGIN_PATH as CONSOLE_LOGIN_PATH
from local.simulator.console import STATUS_PATH as CONSOLE_STATUS_PATH
from local.simulator.console import console_login, standing_in_console, status
from local.simulator.logins import LOGIN_PATH, TOKEN_PATH, login, token
from local.simulator.misbehavior import Pace, on_data, on_every_answer
from local.simulator.odata import RefusedError, context, error_response, selected, selection
from local.simulator.pbx import Mode, SimulatedPbx
from local.simulator.properties import (
    DEFS,
    LICENSE_PARAMETERS,
    LICENSE_PARAMETERS_SINCE,
    LICENSE_STATUS,
    SYSTEM_STATUS,
    Properties,
    known_to,
)
from local.simulator.resources import license_parameters, license_status, system_status
from local.simulator.tokens import Standing
from local.simulator.users import users

PBXS = web.AppKey("pbxs", dict[int, SimulatedPbx])
PACE = web.AppKey("pace", Pace)
XAPI = "/xapi/v1"
CONSOLE = "/api/"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type SignIn = Callable[[web.Request, SimulatedPbx], Awaitable[web.Response]]
type Prove = Callable[[web.Request, SimulatedPbx], Standing]
type Answer = Callable[[web.Request, SimulatedPbx], web.Response]


def pbx_of(request: web.Request) -> SimulatedPbx:
    """Return the PBX that listens on the port the request came in by."""
    if request.transport is None:
        raise ConnectionResetError
    return request.app[PBXS][request.transport.get_extra_info("sockname")[1]]


@web.middleware
async def as_the_mode_has_it(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer as the PBX's mode has it, and only otherwise as asked; refusals speak OData."""
    pbx = pbx_of(request)
    spoiled = await on_every_answer(pbx, request.app[PACE])
    if spoiled is not None:
        return spoiled
    if pbx.legacy != request.path.startswith(CONSOLE):
        return web.Response(status=404)
    try:
        return await handler(request)
    except RefusedError as error:
        return error_response(error)
    except web.HTTPClientError as error:
        if not request.path.startswith(XAPI):
            raise
        return error_response(RefusedError(error.status, error.reason))


def signing_in(sign_in: SignIn) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await sign_in(request, pbx_of(request))

    return handle


def bearing(request: web.Request, pbx: SimulatedPbx) -> Standing:
    """Return what the bearer token of a request is worth."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return pbx.tokens.standing(text) if scheme == "Bearer" else Standing.UNKNOWN


def data(counter: str, answer: Answer, prove: Prove = bearing) -> Handler:
    """Let only the holder of the PBX's one active token through."""

    async def handle(request: web.Request) -> web.StreamResponse:
        pbx = pbx_of(request)
        standing = prove(request, pbx)
        if standing is not Standing.VALID:
            pbx.counters["overlapping"] += standing is Standing.SUPERSEDED
            refusal = RefusedError(401, "A valid access token is needed.")
            return error_response(refusal, {"WWW-Authenticate": "Bearer"})
        pbx.counters[counter] += 1
        return await on_data(request, pbx, request.app[PACE]) or answer(request, pbx)

    return handle


def singleton(what: str, properties: Properties, read: Callable[[SimulatedPbx], dict[str, Any]]) -> Answer:
    """Answer with the selected properties of the only one of its kind."""

    def answer(request: web.Request, pbx: SimulatedPbx) -> web.Response:
        wanted = selection(request, known_to(pbx.build, properties), f"Pbx.{what}")
        body = context(pbx.fqdn, what, wanted) | selected(read(pbx), wanted)
        return web.json_response(body, headers={"X-3CX-Version": pbx.version})

    return answer


def parameters(request: web.Request, pbx: SimulatedPbx) -> web.Response:
    if pbx.build < LICENSE_PARAMETERS_SINCE:
        raise RefusedError(404, "Not Found")
    return singleton("License", LICENSE_PARAMETERS, license_parameters)(request, pbx)


def refresh(request: web.Request, pbx: SimulatedPbx) -> web.Response:
    if "return=representation" in request.headers.get("Prefer", ""):
        # Real builds stumble over this header on an action that returns nothing.
        return web.Response(status=500)
    if pbx.mode is Mode.LATE:
        asyncio.get_running_loop().call_later(request.app[PACE].late, pbx.sync)
    else:
        pbx.sync()
    return web.Response(status=204)


def pbx_app(by_port: dict[int, SimulatedPbx], pace: Pace) -> web.Application:
    """Return the application that answers for every PBX, told apart by port."""
    app = web.Application(middlewares=[as_the_mode_has_it])
    app[PBXS], app[PACE] = by_port, pace
    app.router.add_post(TOKEN_PATH, signing_in(token))
    app.router.add_post(LOGIN_PATH, signing_in(login))
    app.router.add_post(CONSOLE_LOGIN_PATH, signing_in(console_login))
    app.router.add_get(CONSOLE_STATUS_PATH, data("reads", status, standing_in_console))
    app.router.add_post(f"{XAPI}/LicenseStatus/Pbx.RefreshLicenseStatus", data("refreshes", refresh))
    for path, answer in (
        ("SystemStatus", singleton("SystemStatus", SYSTEM_STATUS, system_status)),
        ("LicenseStatus", singleton("LicenseStatus", LICENSE_STATUS, license_status)),
        ("Defs", singleton("Defs", DEFS, lambda _: {"Id": 0})),
        ("Defs/Pbx.GetLicenseParameters()", parameters),
        ("Users", users),
    ):
        app.router.add_get(f"{XAPI}/{path}", data("reads", answer))
    return app
