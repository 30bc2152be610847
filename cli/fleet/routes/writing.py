"""Routes as the rows of a file that `fleet apply` reads back to the same routes."""

from typing import Any

from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.routes import Route


def route_row(route: Route) -> dict[str, Any]:
    """Return a route as a row without what is secret about it; what is as it would be unsaid is left out."""
    match, step = route.match, route.escalation
    taken = {
        "customers": sorted(match.customers),
        "tags": sorted(match.tags),
        "severity": None if match.severity is Severity.INFO else match.severity.value,
        "clocks": sorted(clock.value for clock in match.clocks),
        "events": sorted(news.value for news in match.news),
    }
    row = {
        "name": route.name,
        "channel": route.channel,
        "addresses": list(route.addresses),
        "match": {name: value for name, value in taken.items() if value},
        "default": route.default,
        "escalate_after_hours": int(step.after.total_seconds() // 3600) if step else None,
        "escalate_to": step.to if step else None,
        "outlook": route.outlook,
    }
    said = {name: value for name, value in row.items() if value}
    return said if route.acknowledge_link else said | {"acknowledge_link": False}
