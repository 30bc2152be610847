"""`lapsewatch poll`: read every PBX now."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer
from lapsewatch.domain.license import title_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import InstanceState
from lapsewatch.ports import Fleet

from cli.exits import WRONG
from cli.options import AsJson, Endpoint, Stack
from cli.printing import complain, print_json, remark, say
from cli.progress import bar
from cli.stack import DeployedStack

LOOK_SECONDS = 1.0


def poll(
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Until every PBX has been read, and say how that went.")] = False,
    patience: Annotated[float, typer.Option(min=1, help="Seconds to wait at most.")] = 300.0,
    as_json: AsJson = False,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Read every PBX now instead of at the next schedule. With --wait, exits 1 if any read failed or did not land."""
    found = DeployedStack(stack, endpoint_url)
    fleet = found.fleet
    before = {} if not wait else to_be_read(fleet, datetime.now(UTC))
    queued = found.poll_now()
    if not wait:
        print_json({"queued": queued}) if as_json else say(f"{queued} polls are queued.")
        return
    landed = follow(fleet, before, patience)
    failed = {key: str(item.state.reason) for key, item in landed.items() if item.state.reason}
    missing = sorted(set(before) - set(landed))
    if as_json:
        print_json({"queued": queued, "read": len(landed) - len(failed), "failed": failed, "not_read": missing})
    else:
        say(f"{len(landed) - len(failed)} of {len(before)} PBXs were read.")
        if queued > len(before):
            remark(f"{queued - len(before)} more are left alone for a while, as their last answers ask for.")
        for key, reason in sorted(failed.items()):
            complain(f"{key}: {title_of(reason)}")
        for key in missing:
            complain(f"{key}: not read within {patience:g} seconds")
        if failed:
            remark("`lapsewatch doctor` says what to do about each of them.")
    if failed or missing:
        raise typer.Exit(WRONG)


def to_be_read(fleet: Fleet, now: datetime) -> dict[str, InstanceState]:
    """Return the states of those that a poll visits now: the others are paused, or left alone for a while."""
    watched = fleet.watched(instance.instance_id for instance in fleet.instances())
    states = {key: item.state for key, item in watched.items()}
    return {key: s for key, s in states.items() if s.enabled and (s.next_poll_at is None or s.next_poll_at <= now)}


def follow(
    fleet: Fleet,
    before: Mapping[str, InstanceState],
    patience: float,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> dict[str, Watched]:
    """Wait until each has been tried since `before`, at most `patience` seconds; return those that were."""
    until = monotonic() + patience
    landed: dict[str, Watched] = {}
    with bar() as progress:
        task = progress.add_task("Reading", total=len(before))
        while True:
            watched = fleet.watched(key for key in before if key not in landed)
            landed |= {key: item for key, item in watched.items() if item.state.tried_at != before[key].tried_at}
            progress.update(task, completed=len(landed))
            if len(landed) == len(before) or monotonic() >= until:
                return landed
            sleep(LOOK_SECONDS)
