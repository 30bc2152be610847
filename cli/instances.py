"""The PBXs that are watched: add, list, pause, remove, acknowledge."""

import getpass
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from lapsewatch.acknowledge import acknowledge
from lapsewatch.adapters.dynamodb.table import maybe_stamp
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Access, Instance
from lapsewatch.domain.overview import Watched
from lapsewatch.lifecycle import accept_no_expiry, known, remove, set_enabled

from cli.entry import checked, trust_of
from cli.fleet.applying import Applying, register
from cli.options import AsJson, Endpoint, Stack
from cli.printing import listing, printable, say
from cli.stack import DeployedStack
from cli.trial import instance_test

HEADER = ("id", "name", "customer", "address", "last read", "trouble")

instance_app = typer.Typer(no_args_is_help=True, help="The PBXs that are watched.")
instance_app.command("test")(instance_test)


@instance_app.command("add")
def instance_add(
    instance_id: Annotated[str, typer.Argument(help="Short name: lower-case letters, digits, hyphens.")],
    name: Annotated[str, typer.Option()],
    customer: Annotated[str, typer.Option()],
    address: Annotated[str, typer.Option(help="Host name, with a port if it is not 443.")],
    access: Annotated[Access, typer.Option(help="api_client needs an Enterprise license; user_login works with any.")],
    user: Annotated[str, typer.Option(help="Client id or extension.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, envvar="LAPSEWATCH_PBX_PASSWORD", help="Or client secret.")
    ],
    zone: Annotated[str | None, typer.Option(help="Its own time zone, if not the stack's.")] = None,
    ca: Annotated[Path | None, typer.Option(help="PEM file of the CA that signed its certificate.")] = None,
    pin: Annotated[str | None, typer.Option(help="SHA-256 fingerprint of its certificate.")] = None,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Add a PBX, or replace how a known one is reached."""
    entry = checked(
        instance_id=instance_id, name=name, customer=customer, address=address, access=access.value, zone=zone
    )
    found = DeployedStack(stack, endpoint_url)
    known_one = found.fleet.watched([entry.instance_id]).get(entry.instance_id)
    instance = Instance(
        instance_id=entry.instance_id,
        name=entry.name,
        customer=entry.customer,
        address=entry.address,
        access=entry.access,
        zone=zone_named(entry.zone) if entry.zone else found.zone,
        secret_name=found.new_secret_name(entry.instance_id),
        tls=trust_of(ca, pin),
        # What was paused stays so: to correct an address is not to resume.
        enabled=known_one is None or known_one.instance.enabled,
        tags=frozenset() if known_one is None else known_one.instance.tags,
    )
    work = Applying(found.operating, found.store_secret, found.forget_secret)
    register(work, instance, PbxSecret(user, password), known_one.instance.secret_name if known_one else None)
    say(f"{entry.name} is watched from the next poll on.")


@instance_app.command("list")
def instance_list(*, as_json: AsJson = False, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """List the PBXs and how the last read of each went."""
    fleet = DeployedStack(stack, endpoint_url).fleet
    watched = fleet.watched(instance.instance_id for instance in fleet.instances())
    show_instances(watched.values(), as_json=as_json)


@instance_app.command("pause")
def instance_pause(instance_id: str, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Stop reading a PBX for a while; what it owes waits."""
    set_enabled(DeployedStack(stack, endpoint_url).fleet, instance_id, enabled=False)
    say("Paused.")


@instance_app.command("resume")
def instance_resume(instance_id: str, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Read a paused PBX again, and remind of what came due meanwhile."""
    set_enabled(DeployedStack(stack, endpoint_url).fleet, instance_id, enabled=True)
    say("Resumed.")


@instance_app.command("remove")
def instance_remove(
    instance_id: str,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Stop watching a PBX, and forget its credentials; whoever was alerted is told."""
    found = DeployedStack(stack, endpoint_url)
    instance = known(found.fleet, instance_id).instance
    if not yes:
        typer.confirm(f"Stop watching {printable(instance.name)}?", abort=True)
    remove(found.operating, instance_id, datetime.now(UTC))
    found.forget_secret(instance.secret_name)
    say(f"{instance.name} is not watched any more.")


@instance_app.command("accept-no-expiry")
def instance_accept_no_expiry(
    instance_id: str,
    clock: Annotated[Clock, typer.Option(help="Which date the PBX gives no more.")],
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Accept that a PBX gives no date any more: its last known one stops reminding."""
    accept_no_expiry(DeployedStack(stack, endpoint_url).operating, instance_id, clock, datetime.now(UTC))
    say("Accepted.")


@instance_app.command("acknowledge")
def instance_acknowledge(
    instance_id: str,
    clock: Annotated[Clock, typer.Option(help="Which date.")],
    reason: Annotated[str, typer.Option(help="Why it may be quiet, such as an order number.")],
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last silent day.")] = None,
    by: Annotated[str, typer.Option(help="Who takes note, if not you.")] = "",
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Silence a cycle's reminders but for the last one and the lapse."""
    now = datetime.now(UTC)
    taken = Acknowledgement(by or getpass.getuser(), reason, now, until.date() if until else None)
    acknowledge(DeployedStack(stack, endpoint_url).operating, instance_id, clock, taken, now)
    say("Acknowledged; the last reminder and the lapse are sent all the same.")


@instance_app.command("withdraw")
def instance_withdraw(
    instance_id: str,
    clock: Annotated[Clock, typer.Option(help="Which date.")],
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Take an acknowledgement back: reminders speak again."""
    acknowledge(DeployedStack(stack, endpoint_url).operating, instance_id, clock, None, datetime.now(UTC))
    say("Withdrawn.")


def show_instances(fleet: Iterable[Watched], *, as_json: bool) -> None:
    """Print instances."""
    listing(fleet, HEADER, _row, _document, as_json=as_json)


def _document(watched: Watched) -> dict[str, str | bool | None]:
    instance, state = watched.instance, watched.state
    return {
        "instance_id": instance.instance_id,
        "name": instance.name,
        "customer": instance.customer,
        "address": instance.address,
        "access": instance.access.value,
        "zone": instance.zone.key,
        "enabled": state.enabled,
        "last_read_at": maybe_stamp(state.observed_at),
        "reason": state.reason.value if state.reason else None,
    }


def _row(watched: Watched) -> Iterator[str]:
    instance, state = watched.instance, watched.state
    yield from (instance.instance_id, instance.name, instance.customer, instance.address)
    yield f"{state.observed_at:%Y-%m-%d %H:%M} UTC" if state.observed_at else "never"
    yield state.reason or ""
