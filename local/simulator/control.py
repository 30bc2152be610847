"""The control interface: renew, expire, slow down or break a PBX, as its vendor, its admin or bad luck would."""

from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from local.simulator.changes import OF_THE_PBX, Change, problems
from local.simulator.doors import Doors
from local.simulator.pbx import SimulatedPbx

FLEET = web.AppKey("fleet", dict[str, SimulatedPbx])
DOORS = web.AppKey("doors", Doors)
CA = web.AppKey("ca", str)


def facts_of(pbx: SimulatedPbx) -> dict[str, Any]:
    """Return what there is to know about a PBX, but for its credentials.

    The vendor knows one thing, the PBX may show another (`shown_…`) until it is refreshed.
    """
    return {
        "id": pbx.id,
        "name": pbx.name,
        "customer": pbx.customer,
        "fqdn": pbx.fqdn,
        "zone": pbx.zone,
        "access": pbx.access,
        "address": f"localhost:{pbx.port}",
        "version": pbx.version,
        "reseller": pbx.reseller,
        "sim_calls": pbx.sim_calls,
        "seats": {"used": pbx.users, "limit": pbx.user_limit, "ai": pbx.ai_users},
        "mode": pbx.mode.value,
        "certificate": pbx.certificate.value,
        "blocks_after": pbx.blocks_after,
        "blocked": pbx.blocked,
        "expires_at": _text(pbx.vendor.expires_at),
        "maintenance_expires_at": _text(pbx.vendor.maintenance_expires_at),
        "license_active": pbx.vendor.license_active,
        "product_code": pbx.vendor.product_code,
        "shown_expires_at": _text(pbx.own.expires_at),
        "shown_maintenance_expires_at": _text(pbx.own.maintenance_expires_at),
        "shown_license_active": pbx.own.license_active,
        "shown_product_code": pbx.own.product_code,
        "license_key": pbx.license_key,
        "counters": pbx.counters,
    }


async def list_all(request: web.Request) -> web.Response:
    return web.json_response({"instances": [facts_of(pbx) for pbx in request.app[FLEET].values()]})


async def show(request: web.Request) -> web.Response:
    return web.json_response(facts_of(_named(request)))


async def change(request: web.Request) -> web.Response:
    pbx = _named(request)
    try:
        wanted = Change.model_validate_json(await request.read())
    except ValidationError as error:
        return web.json_response({"errors": problems(error)}, status=400)
    pbx.vendor = wanted.on(pbx.vendor)
    for name in wanted.model_fields_set & OF_THE_PBX:
        setattr(pbx, name, getattr(wanted, name))
    if "certificate" in wanted.model_fields_set:
        await request.app[DOORS].open(pbx)
    return web.json_response(facts_of(pbx))


async def sync(request: web.Request) -> web.Response:
    _named(request).sync()
    return web.Response(status=204)


async def sync_all(request: web.Request) -> web.Response:
    for pbx in request.app[FLEET].values():
        pbx.sync()
    return web.Response(status=204)


async def healthz(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok", "instances": len(request.app[FLEET])})


async def ca_pem(request: web.Request) -> web.Response:
    return web.Response(text=request.app[CA], content_type="application/x-pem-file")


def control_app(fleet: dict[str, SimulatedPbx], doors: Doors) -> web.Application:
    """Return the application of the control interface."""
    app = web.Application()
    app[FLEET], app[DOORS], app[CA] = fleet, doors, doors.ca_pem
    app.router.add_get("/instances", list_all)
    app.router.add_get("/instances/{id}", show)
    app.router.add_patch("/instances/{id}", change)
    app.router.add_post("/instances/{id}/sync", sync)
    app.router.add_post("/sync", sync_all)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/ca.pem", ca_pem)
    return app


def _named(request: web.Request) -> SimulatedPbx:
    pbx = request.app[FLEET].get(request.match_info["id"])
    if pbx is None:
        raise web.HTTPNotFound(text='{"errors": ["there is no such instance"]}', content_type="application/json")
    return pbx


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
