"""What a file would change about routes. Pure: nothing is read or written here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lapsewatch.domain.instance import Instance
from lapsewatch.domain.routes import Route

from cli.fleet.difference import Action, FieldChange
from cli.fleet.routes.subscriptions import Filter, Subscribed, Subscription, filter_of
from cli.fleet.routes.wanted import WantedRoute


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One change to one route."""

    action: Action
    route: Route
    changes: tuple[FieldChange, ...] = ()
    target: str | None = field(default=None, repr=False)
    """Where it leads to, if that is to be stored."""
    lacks_target: bool = False
    """Whether it must be asked for first."""


@dataclass(frozen=True, slots=True)
class SubscriptionStep:
    """One change to one subscription of the topic."""

    action: Action
    route: str
    wanted: Subscription
    filter: Filter
    arn: str | None = None


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """What a file changes about routes."""

    routes: tuple[Route, ...] = ()
    """All of them as they are afterwards."""
    steps: tuple[RouteStep, ...] = ()
    subscriptions: tuple[SubscriptionStep, ...] = ()
    unconfirmed: tuple[Subscription, ...] = ()
    """Addresses that were asked and have not said yes: nothing reaches them yet."""

    @property
    def pending(self) -> int:
        return len(self.steps) + len(self.subscriptions)


@dataclass(frozen=True, slots=True)
class KnownRoutes:
    """The routes as they are now."""

    routes: tuple[Route, ...] = ()
    targets: Mapping[str, str] = field(default_factory=dict, repr=False)
    subscribed: Mapping[Subscription, Subscribed] = field(default_factory=dict)


def route_plan(wanted: Sequence[WantedRoute], known: KnownRoutes, fleet: Sequence[Instance]) -> RoutePlan:
    """Return what leads from the known routes to the wanted ones."""
    before = {route.name: route for route in known.routes}
    after = {item.route.name: item for item in wanted}
    steps = [step for item in wanted for step in _steps(item, before.get(item.route.name), known.targets)]
    steps += [RouteStep(Action.REMOVE, route) for name, route in before.items() if name not in after]
    subscriptions, unconfirmed = _subscriptions([item.route for item in wanted], known, fleet)
    return RoutePlan(tuple(item.route for item in wanted), tuple(steps), tuple(subscriptions), tuple(unconfirmed))


def _steps(wanted: WantedRoute, before: Route | None, targets: Mapping[str, str]) -> Iterator[RouteStep]:
    route, stored = wanted.route, targets.get(wanted.route.name)
    lacks = not route.by_topic and wanted.target is None and stored is None
    target = wanted.target if wanted.target != stored else None
    if before is None:
        yield RouteStep(Action.ADD, route, target=target, lacks_target=lacks)
        return
    changes = [FieldChange(name, old, new) for name, (old, new) in _fields(before, route).items() if old != new]
    if target is not None or lacks:
        changes.append(FieldChange("secret", "stored" if stored else "missing", "stored anew"))
    if changes:
        yield RouteStep(Action.CHANGE, route, tuple(changes), target, lacks)


def _fields(before: Route, after: Route) -> dict[str, tuple[str, str]]:
    old, new = facts_of(before), facts_of(after)
    return {name: (old[name], new[name]) for name in new}


def facts_of(route: Route) -> dict[str, str]:
    """Return everything of a route in words."""
    match, step = route.match, route.escalation
    return {
        "channel": route.channel,
        "addresses": _listed(route.addresses) or "none",
        "customers": _listed(match.customers) or "all",
        "tags": _listed(match.tags) or "all",
        "severity": match.severity.value,
        "clocks": _listed(clock.value for clock in match.clocks) or "all",
        "events": _listed(news.value for news in match.news) or "all",
        "default": "yes" if route.default else "no",
        "escalation": f"to {step.to} after {step.after.total_seconds() / 3600:g} hours" if step else "none",
        "outlook": "weekly" if route.outlook else "none",
        "acknowledge_link": "yes" if route.acknowledge_link else "no",
    }


def _subscriptions(
    routes: Iterable[Route], known: KnownRoutes, fleet: Sequence[Instance]
) -> tuple[list[SubscriptionStep], list[Subscription]]:
    wanted = {Subscription(route.channel, address): route for route in routes for address in route.addresses}
    ours = {Subscription(route.channel, address): route.name for route in known.routes for address in route.addresses}
    steps, unconfirmed = [], []
    for subscription, route in wanted.items():
        there, asked = known.subscribed.get(subscription), filter_of(route, fleet)
        if there is None:
            steps.append(SubscriptionStep(Action.ADD, route.name, subscription, asked))
        elif there.arn is None:
            unconfirmed.append(subscription)
        elif there.filter != asked:
            steps.append(SubscriptionStep(Action.CHANGE, route.name, subscription, asked, there.arn))
    for subscription, name in ours.items():
        there = known.subscribed.get(subscription)
        # One that nobody has confirmed cannot be taken back, and goes by itself.
        if subscription not in wanted and there is not None and there.arn is not None:
            steps.append(SubscriptionStep(Action.REMOVE, name, subscription, {}, there.arn))
    return steps, unconfirmed


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
