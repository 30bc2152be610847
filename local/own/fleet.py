"""The fleet file at start: applied if it is right; else the fleet stays as it was, and that is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lapsewatch.errors import InvalidRequestError, LapsewatchError

from cli.fleet.asking import answered, require_someone_to_ask
from cli.fleet.planning import WholePlan, plan_from
from cli.fleet.taking import take, tell
from local.own.stack import OwnStack

type Tell = Callable[[str], None]


def bring_up_to_date(stack: OwnStack, path: Path, allowed: int | None, say: Tell, complain: Tell) -> None:
    """Apply the fleet file. If it cannot be, raise its error, unless there is a fleet to go on with."""
    try:
        plan = _allowed_plan(stack, path, allowed)
    except LapsewatchError as error:
        if not any(True for _ in stack.fleet.instances()):
            raise
        complain(f"{path} is not applied, and the fleet stays as it was:\n{error}")
        return
    tell(plan, stack, say)
    for why in take(answered(plan), stack, datetime.now(UTC)):
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
