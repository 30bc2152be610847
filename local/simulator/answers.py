"""What a version 20 PBX answers to each request."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from local.simulator.pbx import Mode, SimulatedPbx

LARGEST_PAGE = 100
SLOW_SECONDS = 2.0
PBX = web.AppKey("pbx", dict[int, SimulatedPbx])
ODATA = "https://{fqdn}/xapi/v1/$metadata#{what}"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def pbx_of(request: web.Request) -> SimulatedPbx:
    """Return the PBX that listens on the port the request came in by."""
    assert request.transport is not None  # noqa: S101  a request that is being answered has one
    return request.app[PBX][request.transport.get_extra_info("sockname")[1]]


def odata_error(status: int, message: str, target: str | None = None) -> web.Response:
    """Return an error as OData spells it."""
    details = [{"code": "", "target": target, "message": message}] if target else []
    body = {"error": {"code": "", "message": f"{target}:\n{message}" if target else message, "details": details}}
    return web.json_response(body, status=status)


@web.middleware
async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer as the PBX's mode has it, and only otherwise as asked."""
    mode = pbx_of(request).mode
    if mode is Mode.HANG:
        await asyncio.sleep(3600)
    if mode is Mode.SLOW:
        await asyncio.sleep(SLOW_SECONDS)
    if mode is Mode.HTML:
        return web.Response(text="<!doctype html><title>Sign in</title><p>Please sign in.", content_type="text/html")
    if mode is Mode.UPGRADING:
        return web.Response(status=502, text="Bad Gateway")
    if mode is Mode.REDIRECT:
        return web.Response(status=302, headers={"Location": "https://portal.invalid/"})
    if mode is Mode.HUGE:
        return await _endless(request)
    return await handler(request)


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(1024):
        await response.write(b" " * 65536)
    return response


async def token(request: web.Request) -> web.Response:
    pbx, form = pbx_of(request), await request.post()
    licensed = "ENT" in pbx.own.product_code
    known = (form.get("client_id"), form.get("client_secret")) == (pbx.user, pbx.password)
    if pbx.mode is Mode.REJECT or not (licensed and known and form.get("grant_type") == "client_credentials"):
        pbx.counters["refused"] += 1
        words = "The request requires valid user authentication."
        return web.json_response({"error": "unauthorized", "error_description": words}, status=401)
    return web.json_response(_token_of(pbx) | {"refresh_token": None})


async def login(request: web.Request) -> web.Response:
    pbx = pbx_of(request)
    try:
        body = await request.json()
        known = (body.get("Username"), body.get("Password")) == (pbx.user, pbx.password)
    except (ValueError, AttributeError):
        return odata_error(400, "WARNINGS.XAPI.NOT_SUPPORTED")
    if pbx.mode is Mode.REJECT or not known:
        pbx.counters["refused"] += 1
        return web.json_response({"Status": "AuthFailed", "Token": None, "TwoFactorAuth": None}, status=401)
    return web.json_response({"Status": "AuthSuccess", "Token": _token_of(pbx), "TwoFactorAuth": None})


def _token_of(pbx: SimulatedPbx) -> dict[str, Any]:
    lifetime = 3600 if pbx.knows_seats else 60
    return {"token_type": "Bearer", "expires_in": lifetime, "access_token": pbx.sign_in()}


def signed_in(handler: Handler) -> Handler:
    """Let only the holder of the PBX's one active token through."""

    async def checked(request: web.Request) -> web.StreamResponse:
        pbx = pbx_of(request)
        if pbx.token is None or request.headers.get("Authorization") != f"Bearer {pbx.token}":
            return web.Response(status=401)
        if pbx.mode is Mode.FORBIDDEN:
            return odata_error(403, "WARNINGS.XAPI.FORBIDDEN")
        return await handler(request)

    return checked


def _selected(request: web.Request, fields: dict[str, Any], what: str) -> web.Response:
    wanted = [name.strip() for name in request.query.get("$select", "").split(",") if name.strip()]
    unknown = next((name for name in wanted if name not in fields), None)
    if unknown is not None:
        return odata_error(400, f"Could not find a property named '{unknown}'.", "$select")
    shown = {name: fields[name] for name in wanted} if wanted else fields
    context = ODATA.format(fqdn=pbx_of(request).fqdn, what=what)
    headers = {"X-3CX-Version": pbx_of(request).version}
    return web.json_response({"@odata.context": context, **shown}, headers=headers)


async def system_status(request: web.Request) -> web.Response:
    pbx_of(request).counters["reads"] += 1
    return _selected(request, pbx_of(request).system_status(), "SystemStatus")


async def license_status(request: web.Request) -> web.Response:
    return _selected(request, pbx_of(request).license_status(), "LicenseStatus")


async def defs(request: web.Request) -> web.Response:
    return _selected(request, {"Id": 0}, "Defs")


async def license_parameters(request: web.Request) -> web.Response:
    pbx = pbx_of(request)
    code = pbx.own.product_code
    fields = {"ProductCode": code, "MaxSimCalls": pbx.sim_calls, "IsEnterprise": "ENT" in code}
    return _selected(request, fields, "Pbx.License")


async def refresh(request: web.Request) -> web.Response:
    pbx = pbx_of(request)
    if request.headers.get("Prefer"):
        return web.Response(status=500)
    pbx.counters["refreshes"] += 1
    if pbx.mode is not Mode.STUCK:
        pbx.sync()
    return web.Response(status=204)


async def users(request: web.Request) -> web.Response:
    pbx, query = pbx_of(request), request.query
    try:
        top, skip = int(query.get("$top", LARGEST_PAGE)), int(query.get("$skip", 0))
    except ValueError:
        return odata_error(400, "not a number", "$top")
    if not 0 <= top <= LARGEST_PAGE or skip < 0:
        return odata_error(400, f"The limit of '{LARGEST_PAGE}' for Top query has been exceeded.", "$top")
    fields = {"Id", "Number", "FirstName", "DisplayName", "EmailAddress"} | ({"AIAgent"} if pbx.knows_seats else set())
    wanted = [name for name in query.get("$select", "").split(",") if name] or sorted(fields)
    asked = query.get("$filter")
    if not fields.issuperset(wanted) or asked not in {None, "AIAgent eq true"} or (asked and not pbx.knows_seats):
        return odata_error(400, "Could not find a property.", "$select")
    found = [_user(pbx, number) for number in range(pbx.users)]
    found = [user for user in found if user["AIAgent"]] if asked else found
    body: dict[str, Any] = {"value": [{name: user[name] for name in wanted} for user in found[skip : skip + top]]}
    if query.get("$count") == "true":
        body["@odata.count"] = len(found)
    return web.Response(text=json.dumps(body), content_type="application/json")


def _user(pbx: SimulatedPbx, number: int) -> dict[str, Any]:
    return {
        "Id": number + 20,
        "Number": str(100 + number),
        "FirstName": f"User {number}",
        "DisplayName": f"User {number}",
        "EmailAddress": f"user{number}@{pbx.fqdn}",
        "AIAgent": number < pbx.ai_users,
    }


def pbx_app(by_port: dict[int, SimulatedPbx]) -> web.Application:
    """Return the application that answers for every PBX, told apart by port."""
    app = web.Application(middlewares=[misbehave])
    app[PBX] = by_port
    app.router.add_post("/connect/token", token)
    app.router.add_post("/webclient/api/Login/GetAccessToken", login)
    app.router.add_post("/xapi/v1/LicenseStatus/Pbx.RefreshLicenseStatus", signed_in(refresh))
    for path, handler in (
        ("/xapi/v1/SystemStatus", system_status),
        ("/xapi/v1/LicenseStatus", license_status),
        ("/xapi/v1/Users", users),
        ("/xapi/v1/Defs", defs),
        ("/xapi/v1/Defs/Pbx.GetLicenseParameters()", license_parameters),
    ):
        app.router.add_get(path, signed_in(handler))
    return app
