"""`lapsewatch instance test`: read one PBX now, from this machine, and remember nothing."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import typer
from lapsewatch.adapters.dynamodb.table import maybe_stamp, stamp
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.days import local_date
from lapsewatch.domain.editions import edition_label
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.license import REMEDIES, FailedRead, Observation, Reading, Reason, masked
from lapsewatch.lifecycle import known

from cli.exits import FINE, WRONG
from cli.options import AsJson, Endpoint, Stack
from cli.printing import print_json, say
from cli.stack import DeployedStack


def instance_test(
    instance_id: str, *, as_json: AsJson = False, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None
) -> None:
    """Read a PBX from this machine now, and say what it says or what to fix. Exits 1 if it cannot be read."""
    found = DeployedStack(stack, endpoint_url)
    instance = known(found.fleet, instance_id).instance
    reading = read_now(found, instance, datetime.now(UTC))
    if as_json:
        print_json(document_of(instance, reading))
    else:
        for line in lines_of(instance, reading):
            say(line)
    raise typer.Exit(FINE if isinstance(reading, Observation) else WRONG)


def read_now(stack: DeployedStack, instance: Instance, now: datetime) -> Reading:
    """Return what the same reader as the poll function's gets, dialled from here."""
    secret = stack.secrets.of([instance]).get(instance.instance_id)
    if secret is None:
        return FailedRead(now, Reason.SECRET_MISSING)
    return asyncio.run(PbxReader(stack.networks).read(instance, secret, now, lambda: True))


def lines_of(instance: Instance, reading: Reading) -> list[str]:
    """Return a reading in words."""
    if isinstance(reading, FailedRead):
        detail = f" ({reading.detail})" if reading.detail else ""
        return [f"{instance.address} could not be read from here: {reading.reason}{detail}.", REMEDIES[reading.reason]]
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
