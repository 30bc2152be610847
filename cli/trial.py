"""`lapsewatch instance test`: read one PBX now, from this machine, and remember nothing."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from lapsewatch.adapters.dynamodb.table import maybe_stamp, stamp
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.days import local_date
from lapsewatch.domain.editions import edition_label
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.license import (
    ABOUT_CREDENTIALS,
    REMEDIES,
    FailedRead,
    Observation,
    Reading,
    Reason,
    masked,
    title_of,
)
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.ways import ways_in
from lapsewatch.errors import InstanceBusyError
from lapsewatch.lifecycle import known
from lapsewatch.ports import Pbx

from cli.exits import FINE, WRONG
from cli.options import AsJson, Endpoint, Stack
from cli.printing import print_json, say
from cli.stack import DeployedStack


def instance_test(
    instance_id: str,
    *,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also with credentials that the PBX has refused several times.")
    ] = False,
    as_json: AsJson = False,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Read a PBX from this machine now, and say what it says or what to fix. Exits 1 if it cannot be read."""
    found, now = DeployedStack(stack, endpoint_url), datetime.now(UTC)
    watched = known(found.fleet, instance_id)
    require_free(watched.state, now, anyway=anyway)
    instance, reading = watched.instance, read_now(found, watched, now)
    if as_json:
        print_json(document_of(instance, reading))
    else:
        for line in lines_of(instance, reading):
            say(line)
    raise typer.Exit(FINE if isinstance(reading, Observation) else WRONG)


def require_free(state: InstanceState, now: datetime, *, anyway: bool = False) -> None:
    """Raise InstanceBusyError if a visit now would end a refresh, or bring us nearer to being blocked."""
    if state.leased(now):
        raise InstanceBusyError("It is being refreshed, and a PBX knows one token only: try again in a minute.")
    resting = state.next_poll_at is not None and now < state.next_poll_at
    if resting and state.reason in ABOUT_CREDENTIALS and not anyway:
        until = f"{state.next_poll_at:%Y-%m-%d %H:%M} UTC"
        raise InstanceBusyError(
            f"It has refused these credentials several times, and is left alone until {until}: "
            "3CX blocks an address after a few more. Enter them again, or use --anyway if they were mended on the PBX."
        )


def read_now(stack: DeployedStack, watched: Watched, now: datetime) -> Reading:
    """Return what the same reader as the poll function's gets, by the same ways, dialled from here."""
    instance = watched.instance
    secret = stack.secrets.of([instance]).get(instance.instance_id)
    if secret is None:
        return FailedRead(now, Reason.SECRET_MISSING)
    return asyncio.run(visit(PbxReader(stack.networks), watched, secret, now))


async def visit(pbx: Pbx, watched: Watched, secret: PbxSecret, now: datetime) -> Reading:
    """Read a PBX as a poll would do it next."""
    ways = ways_in(watched.instance.access, secret, watched.state)
    return await pbx.read(watched.instance, secret, now, lambda: True, ways)


def lines_of(instance: Instance, reading: Reading) -> list[str]:
    """Return a reading in words."""
    if isinstance(reading, FailedRead):
        detail = f" ({reading.detail})" if reading.detail else ""
        why = f"{title_of(reading.reason)}{detail}"
        return [f"{instance.address} could not be read from here: {why}.", REMEDIES[reading.reason]]
    facts = reading.license
    seats = facts.seats
    told = {
        "edition": edition_label(facts.product_code),
        "license key": masked(facts.key) if facts.key else None,
        "version": facts.version,
        "FQDN": facts.fqdn,
        "license ends": _day(facts.expires_at, instance),
        "maintenance ends": _day(facts.maintenance_expires_at, instance),
        "simultaneous calls": facts.sim_calls,
        "seats": None if seats.used is None else f"{seats.used} of {'unknown' if seats.limit is None else seats.limit}",
        "reseller": facts.reseller,
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    unusable = [f"{field} could not be used: {why}" for field, why in reading.rejected]
    return [f"{instance.address} was read from here.", *lines, *unusable]


def document_of(instance: Instance, reading: Reading) -> dict[str, Any]:
    """Return a reading for programs; the license key is masked."""
    head = {"instance_id": instance.instance_id, "address": instance.address}
    if isinstance(reading, FailedRead):
        why = {"reason": reading.reason.value, "detail": reading.detail, "remedy": REMEDIES[reading.reason]}
        return {**head, "ok": False, **why}
    facts = reading.license
    return {
        **head,
        "ok": True,
        "read_at": stamp(reading.observed_at),
        "edition": edition_label(facts.product_code),
        "product_code": facts.product_code,
        "license_key": masked(facts.key) if facts.key else None,
        "version": facts.version,
        "fqdn": facts.fqdn,
        "active": facts.active,
        "expires_at": maybe_stamp(facts.expires_at),
        "maintenance_expires_at": maybe_stamp(facts.maintenance_expires_at),
        "sim_calls": facts.sim_calls,
        "seats": {"used": facts.seats.used, "limit": facts.seats.limit, "ai": facts.seats.ai},
        "reseller": facts.reseller,
        "rejected": dict(reading.rejected),
    }


def _day(instant: datetime | None, instance: Instance) -> str | None:
    return None if instant is None else f"{local_date(instant, instance.zone)} in {instance.zone.key}"
