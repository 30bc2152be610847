"""From the routes of a fleet file to the routes that it asks for, with what is secret about them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from lapsewatch.domain.routes import Match, Route, Step

from cli.fleet.located import made_of_each
from cli.fleet.routes.reading import ReadRoute
from cli.fleet.wanted import Surroundings, secret_of


@dataclass(frozen=True, slots=True)
class WantedRoute:
    """A route as a file asks for it."""

    route: Route
    target: str | None = field(default=None, repr=False)
    """Where it leads to, as the channel reads it; None keeps what is stored, or has it asked for."""
    line: int = 1


def wanted_routes(routes: Iterable[ReadRoute], around: Surroundings) -> list[WantedRoute]:
    """Return the routes; raise FleetFileError for files that cannot be used."""
    return made_of_each(routes, lambda read: _wanted(read, around), lambda read: f"line {read.line}: {read.row.name}")


def _wanted(read: ReadRoute, around: Surroundings) -> WantedRoute:
    row = read.row
    after, to = row.escalate_after_hours, row.escalate_to
    route = Route(
        name=row.name,
        channel=row.channel,
        match=Match(
            customers=frozenset(row.match.customers),
            tags=frozenset(row.match.tags),
            severity=row.match.severity,
            clocks=frozenset(row.match.clocks),
            news=frozenset(row.match.events),
        ),
        default=row.default,
        addresses=tuple(row.addresses),
        escalation=None if after is None or to is None else Step(timedelta(hours=after), to),
        outlook=row.outlook,
        acknowledge_link=row.acknowledge_link,
    )
    source = row.secret
    if source is None or (source.env is None and source.file is None):
        return WantedRoute(route, line=read.line)
    target, _ = secret_of(source.env, source.file, around)
    return WantedRoute(route, target, read.line)
