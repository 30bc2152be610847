"""The routes of a fleet file against those of the stack, and against the fleet that they are for."""

import difflib
from collections.abc import Iterator, Sequence

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.routes import Route, unheard

from cli.fleet.located import FleetFileError
from cli.fleet.routes.applying import checked_target
from cli.fleet.routes.difference import KnownRoutes, RoutePlan, route_plan
from cli.fleet.routes.reading import ReadRoute
from cli.fleet.routes.subscriptions import filter_of
from cli.fleet.routes.wanted import WantedRoute, wanted_routes
from cli.fleet.wanted import Surroundings, Wanted


def plan_of_routes(
    read: Sequence[ReadRoute] | None, known: KnownRoutes, fleet: Sequence[Wanted], around: Surroundings
) -> RoutePlan:
    """Return what a file changes about routes; raise FleetFileError for what cannot be, or would leave somebody out."""
    if read is None:
        wanted = [WantedRoute(route) for route in known.routes]
    else:
        wanted = wanted_routes(read, around)
        if problems := [problem for item in wanted for problem in _problems(item, known, fleet)]:
            raise FleetFileError(problems)
    require_coverage([item.route for item in wanted], fleet)
    return route_plan(wanted, known, [item.instance for item in fleet])


def require_coverage(routes: Sequence[Route], fleet: Sequence[Wanted]) -> None:
    """Raise FleetFileError for every instance of which a clock has no route, if there are routes at all."""
    remedy = "give it a tag or customer of one, or give one `default: true`."
    lost = [(item, clocks) for item in fleet if (clocks := unheard(item.instance, routes))]
    if lost:
        raise FleetFileError(
            [f"line {item.line}: {item.instance.instance_id}: {_missing(clocks)}: {remedy}" for item, clocks in lost]
        )


def _missing(clocks: Sequence[Clock]) -> str:
    return "no route takes its reminders" + ("" if len(clocks) == len(Clock) else f" of {clocks[0]}")


def _problems(wanted: WantedRoute, known: KnownRoutes, fleet: Sequence[Wanted]) -> Iterator[str]:
    route, place = wanted.route, f"line {wanted.line}: {wanted.route.name}:"
    customers = {item.instance.customer for item in fleet}
    for name in sorted(route.match.customers - customers):
        near = difflib.get_close_matches(name, customers, n=1)
        yield f"{place} match.customers: no instance belongs to {name}{f': did you mean {near[0]}?' if near else '.'}"
    tags = {tag for item in fleet for tag in item.instance.tags}
    for tag in sorted(route.match.tags - tags):
        near = difflib.get_close_matches(tag, tags, n=1)
        yield f"{place} match.tags: no instance has the tag {tag}{f': did you mean {near[0]}?' if near else '.'}"
    target = wanted.target or known.targets.get(route.name)
    try:
        if route.by_topic:
            filter_of(route, [item.instance for item in fleet])
        elif target is not None:
            checked_target(route.channel, target)
    except ValueError as error:
        yield f"{place} {str(error).rstrip('.')}."
