"""The fleet file at start: applied if it is right; else the fleet stays as it was, and that is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lapsewatch.errors import InvalidRequestError, LapsewatchError

from cli.fleet.asking import require_someone_to_ask
from cli.fleet.difference import Plan
from cli.fleet.planning import WholePlan, plan_from
from cli.fleet.routes.difference import RoutePlan
from cli.fleet.taking import take, tell
from local.own.stack import OwnStack

type Tell = Callable[[str], None]


def plan_at_start(stack: OwnStack, path: Path, allowed: int | None, say: Tell, complain: Tell) -> WholePlan:
    """Return what the fleet file changes. If it is wrong, raise its error, unless there is a fleet to go on with."""
    try:
        plan = _allowed_plan(stack, path, allowed)
    except LapsewatchError as error:
        if not any(True for _ in stack.fleet.instances()):
            raise
        complain(f"{path} is not applied, and the fleet stays as it was:\n{error}")
        return WholePlan(Plan((), 0), RoutePlan())
    tell(plan, stack, say)
    return plan


def bring_up_to_date(stack: OwnStack, plan: WholePlan, complain: Tell) -> None:
    """Take the steps of a plan that has every password."""
    for why in take(plan, stack, datetime.now(UTC)):
        complain(why)


def _allowed_plan(stack: OwnStack, path: Path, allowed: int | None) -> WholePlan:
    plan = plan_from(path, stack)
    if not plan.fleet.allows(allowed):
        raise InvalidRequestError(
            f"{plan.fleet.removals} of {plan.fleet.watched} instances would be removed. If that is right: "
            f"ALLOW_REMOVALS={plan.fleet.removals}"
        )
    require_someone_to_ask(plan)
    return plan
