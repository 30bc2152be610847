"""The fleet file at start: applied if it is right; else the fleet stays as it was, and that is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lapsewatch.errors import InvalidRequestError, LapsewatchError

from cli.fleet.applying import Applying, apply
from cli.fleet.asking import require_someone_to_ask
from cli.fleet.difference import Plan
from cli.fleet.planning import plan_from
from cli.fleet.telling import lines_of
from cli.progress import tracked
from local.own.stack import OwnStack

type Tell = Callable[[str], None]


def plan_at_start(stack: OwnStack, path: Path, allowed: int | None, say: Tell, complain: Tell) -> Plan:
    """Return what the fleet file changes. If it is wrong, raise its error, unless there is a fleet to go on with."""
    try:
        plan = _allowed_plan(stack, path, allowed)
    except LapsewatchError as error:
        if not any(True for _ in stack.fleet.instances()):
            raise
        complain(f"{path} is not applied, and the fleet stays as it was:\n{error}")
        return Plan((), 0)
    for line in lines_of(plan):
        say(line)
    return plan


def bring_up_to_date(stack: OwnStack, plan: Plan, complain: Tell) -> None:
    """Take the steps of a plan that has every password."""
    work = Applying(stack.operating, stack.store_secret, stack.forget_secret)
    for failed in apply(work, tracked(plan.steps, "Applying"), datetime.now(UTC)):
        complain(f"{failed.step.action} {failed.step.instance.instance_id}: {failed.why}")


def _allowed_plan(stack: OwnStack, path: Path, allowed: int | None) -> Plan:
    plan = plan_from(path, stack)
    if not plan.allows(allowed):
        raise InvalidRequestError(
            f"{plan.removals} of {plan.watched} instances would be removed. If that is right: "
            f"ALLOW_REMOVALS={plan.removals}"
        )
    require_someone_to_ask(plan)
    return plan
