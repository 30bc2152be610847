"""A fleet file against the stack: what is known there, and what the file would change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.fleet.difference import Plan, plan_of
from cli.fleet.located import FleetFileError
from cli.fleet.reading import read_fleet
from cli.fleet.routes.difference import RoutePlan
from cli.fleet.routes.known import known_routes
from cli.fleet.routes.planning import plan_of_routes
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


@dataclass(frozen=True, slots=True)
class WholePlan:
    """What a file would change, about the fleet and about routes."""

    fleet: Plan
    routes: RoutePlan

    @property
    def pending(self) -> int:
        return len(self.fleet.steps) + self.routes.pending


def plan_from(path: Path, stack: DeployedStack) -> WholePlan:
    """Return what a fleet file would change; raise FleetFileError if anything in it is wrong."""
    around = Surroundings(path.absolute().parent, stack.zone, stack.new_secret_name)
    read = read_fleet(path)
    fleet = wanted_from(read.rows, around)
    known = known_fleet(stack)
    require_users(fleet, known)
    routes = plan_of_routes(read.routes, known_routes(stack, read.routes or []), fleet, around)
    return WholePlan(plan_of(fleet, known), routes)


def require_users(fleet: Iterable[Wanted], known: Mapping[str, Known]) -> None:
    """Raise FleetFileError for every new instance without a user."""
    nameless = [item for item in fleet if item.user is None and item.instance.instance_id not in known]
    if nameless:
        remedy = "user: is needed for a new instance: give its client id or extension."
        raise FleetFileError([f"line {item.line}: {item.instance.instance_id}: {remedy}" for item in nameless])
