"""The declared routes: one item, so that a set of rules is replaced as a whole."""

from collections.abc import Iterable
from datetime import timedelta

from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.routes import Match, News, Route, Step
from lapsewatch.errors import ConflictError

ROUTES = "META#ROUTES"
SET = "SET"


class DynamoRoutes:
    """Routes in the table; the last writer wins, since each writes all of them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def declared(self) -> tuple[Route, ...]:
        items = self._table.query("pk = :pk", {":pk": ROUTES})
        return tuple(_route_of(route) for item in items for route in item["routes"])

    def declare(self, routes: Iterable[Route]) -> None:
        spelled = [_route_item(route) for route in routes]
        try:
            self._table.write(put_new({"pk": ROUTES, "sk": SET, "routes": spelled}))
        except ConflictError:
            self._table.write(update(ROUTES, SET, {"routes": spelled}, condition="attribute_exists(pk)"))


def _route_item(route: Route) -> Item:
    match, step = route.match, route.escalation
    item = {
        "name": route.name,
        "channel": route.channel,
        "customers": sorted(match.customers),
        "tags": sorted(match.tags),
        "severity": match.severity.value,
        "clocks": sorted(clock.value for clock in match.clocks),
        "events": sorted(news.value for news in match.news),
        "default": route.default,
        "addresses": list(route.addresses),
        "outlook": route.outlook,
        "acknowledge_link": route.acknowledge_link,
    }
    if step is not None:
        item |= {"escalate_after": int(step.after.total_seconds()), "escalate_to": step.to}
    return item


def _route_of(item: Item) -> Route:
    step = None
    if "escalate_to" in item:
        step = Step(timedelta(seconds=int(item["escalate_after"])), item["escalate_to"])
    return Route(
        name=item["name"],
        channel=item["channel"],
        match=Match(
            customers=frozenset(item["customers"]),
            tags=frozenset(item["tags"]),
            severity=Severity(item["severity"]),
            clocks=frozenset(map(Clock, item["clocks"])),
            news=frozenset(map(News, item["events"])),
        ),
        default=bool(item["default"]),
        addresses=tuple(item["addresses"]),
        escalation=step,
        outlook=bool(item["outlook"]),
        acknowledge_link=bool(item["acknowledge_link"]),
    )
