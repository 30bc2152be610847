"""The routes of a stack as they are now."""

from collections.abc import Iterable

from cli.fleet.routes.difference import KnownRoutes
from cli.fleet.routes.reading import ReadRoute
from cli.fleet.routes.subscriptions import Subscription
from cli.stack import DeployedStack


def known_routes(stack: DeployedStack, read: Iterable[ReadRoute] = ()) -> KnownRoutes:
    """Return the declared routes, what is stored for them and for those in a file, and who is subscribed for them."""
    declared, rows = stack.routes.declared(), [item.row for item in read]
    reached = [(route.channel, route.addresses) for route in declared] + [(row.channel, row.addresses) for row in rows]
    wanted = [Subscription(channel, address) for channel, addresses in reached for address in addresses]
    names = {route.name for route in declared} | {row.name for row in rows}
    return KnownRoutes(declared, stack.targets(names), stack.subscriptions.known(wanted))
