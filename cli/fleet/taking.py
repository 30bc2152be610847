"""A whole plan told, and taken: the fleet first, then the routes that are for it."""

from collections.abc import Callable
from datetime import datetime

from cli.fleet.applying import Applying, apply
from cli.fleet.planning import WholePlan
from cli.fleet.routes.applying import RouteApplying, apply_routes
from cli.fleet.routes.telling import idle_lines, route_lines
from cli.fleet.telling import lines_of
from cli.printing import say
from cli.progress import tracked
from cli.stack import DeployedStack


def tell(plan: WholePlan, stack: DeployedStack, say: Callable[[str], None] = say) -> None:
    """Say what a plan would do."""
    if plan.fleet.steps or not plan.routes.pending:
        for line in lines_of(plan.fleet):
            say(line)
    for line in route_lines(plan.routes):
        say(line)
    for line in idle_lines(plan.routes.routes, stack.page_url, channels_on=stack.channels_on):
        say(line)


def take(plan: WholePlan, stack: DeployedStack, now: datetime) -> list[str]:
    """Take the steps of a plan, and return what failed, in words."""
    work = Applying(stack.operating, stack.store_secret, stack.forget_secret)
    steps = tracked(plan.fleet.steps, "Applying")
    failed = [f"{it.step.action} {it.step.instance.instance_id}: {it.why}" for it in apply(work, steps, now)]
    routing = RouteApplying(stack.routes, stack.subscriptions, stack.store_target, stack.forget_target)
    return [*failed, *apply_routes(routing, plan.routes)]
