"""A fleet file against the stack: what is known there, and what the file would change."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from cli.fleet.difference import Plan, plan_of
from cli.fleet.located import FleetFileError
from cli.fleet.reading import read_fleet
from cli.fleet.wanted import Known, Surroundings, Wanted, wanted_from
from cli.stack import DeployedStack
from cli.survey import survey


def known_fleet(stack: DeployedStack) -> dict[str, Known]:
    """Return every instance that is watched, with its stored credentials."""
    found = survey(stack.table, stack.zone)
    # What cannot be seen would be added once more, or left out of an export and then be removed by it.
    found.require_readable()
    secrets = stack.secrets.of(item.instance for item in found.fleet.values())
    return {key: Known(item.instance, secrets.get(key)) for key, item in found.fleet.items()}


def plan_from(path: Path, stack: DeployedStack) -> Plan:
    """Return what a fleet file would change; raise FleetFileError if any row of it is wrong."""
    around = Surroundings(path.absolute().parent, stack.zone, stack.new_secret_name)
    fleet = wanted_from(read_fleet(path), around)
    known = known_fleet(stack)
    require_users(fleet, known)
    return plan_of(fleet, known)


def require_users(fleet: Iterable[Wanted], known: Mapping[str, Known]) -> None:
    """Raise FleetFileError for every new instance without a user."""
    nameless = [item for item in fleet if item.user is None and item.instance.instance_id not in known]
    if nameless:
        remedy = "user: is needed for a new instance: give its client id or extension."
        raise FleetFileError([f"line {item.line}: {item.instance.instance_id}: {remedy}" for item in nameless])
