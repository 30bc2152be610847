"""What changes about routes in words, for people and for programs."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from lapsewatch.domain.routes import Route

from cli.fleet.difference import Action
from cli.fleet.routes.difference import RoutePlan, facts_of

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Where the pages of a stack are that runs on this machine."""
SIGNS = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-"}
DEEDS = {Action.ADD: "subscribe", Action.CHANGE: "filter", Action.REMOVE: "unsubscribe"}


def route_lines(plan: RoutePlan) -> Iterator[str]:
    """Yield what a plan would do about routes, a line for each thing."""
    for step in plan.steps:
        sign, facts = SIGNS[step.action], facts_of(step.route)
        about = f": {facts['channel']}" if step.action is Action.ADD else ""
        yield f"{sign} {step.action.value} route {step.route.name}{about}"
        yield from (f"    {change.field}: {change.before} -> {change.after}" for change in step.changes)
        if step.lacks_target:
            yield "    where it leads to will be asked for"
    for change in plan.subscriptions:
        asked = "; ".join(f"{name} {', '.join(values)}" for name, values in change.filter.items())
        if change.action is Action.REMOVE:
            told = ""
        else:
            told = f", hears {asked or 'everything'}" + (
                ", must confirm" if change.action is Action.ADD and change.wanted.protocol == "email" else ""
            )
        yield f"{SIGNS[change.action]} {DEEDS[change.action]} {change.wanted} for {change.route}{told}"
    yield from (f"! {waiting} has not confirmed yet: nothing reaches it." for waiting in plan.unconfirmed)


def idle_lines(routes: Iterable[Route], page_url: str, *, channels_on: bool) -> Iterator[str]:
    """Yield which routes reach nobody as the stack is deployed, and what to do."""
    found, here = list(routes), urlsplit(page_url).hostname in LOOPBACK
    addressed = [route.name for route in found if route.by_topic]
    idle = [route.name for route in found if not route.by_topic]
    if idle and not channels_on:
        remedy = "docs/local.md says what this machine sends instead" if here else "deploy with Channels=on"
        yield f"! Channels are off, so nothing reaches {', '.join(idle)}: {remedy}."
    if addressed and here:
        yield f"! This machine has no SNS, so nothing reaches {', '.join(addressed)}: set SMTP_URL for mail."


def route_document(plan: RoutePlan) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "steps": [
            {
                "action": step.action.value,
                "route": step.route.name,
                "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in step.changes],
                "lacks_secret": step.lacks_target,
            }
            for step in plan.steps
        ],
        "subscriptions": [
            {
                "action": DEEDS[change.action],
                "route": change.route,
                "protocol": change.wanted.protocol,
                "address": change.wanted.address,
                "filter": {name: list(values) for name, values in change.filter.items()},
            }
            for change in plan.subscriptions
        ],
        "unconfirmed": [str(waiting) for waiting in plan.unconfirmed],
    }
