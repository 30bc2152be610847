"""A plan in words, for people and for programs."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cli.fleet.difference import FREELY_REMOVED, Action, Plan, Step

SIGNS = {Action.ADD: "+", Action.CHANGE: "~", Action.PAUSE: "‖", Action.RESUME: "▶", Action.REMOVE: "-"}


def lines_of(plan: Plan) -> Iterator[str]:
    """Yield what a plan would do, a line for each thing, and the sum of it."""
    for step in plan.steps:
        yield f"{SIGNS[step.action]} {step.action.value} {step.instance.instance_id}: {_about(step)}"
        yield from (f"    {change.field}: {change.before} -> {change.after}" for change in step.changes)
        if step.lacks_password:
            yield "    its password will be asked for"
    yield summary_of(plan)


def _about(step: Step) -> str:
    instance = step.instance
    if step.action is Action.ADD:
        paused = "" if instance.enabled else ", paused"
        return f"{instance.name} ({instance.customer}) at {instance.address} by {instance.access}{paused}"
    return instance.name


def summary_of(plan: Plan) -> str:
    """Return how many steps of each kind there are, as a sentence."""
    if not plan.steps:
        return f"Nothing to do: the fleet is as the file says, {plan.watched} instances."
    counted = Counter(step.action for step in plan.steps)
    return ", ".join(f"{counted[action]} to {action}" for action in Action if counted[action]) + "."


def refusal_of(plan: Plan) -> str:
    """Return why a plan's removals are refused, and what allows them."""
    return (
        f"{plan.removals} of {plan.watched} instances would be removed, more than {FREELY_REMOVED} % of the fleet or "
        f"than was allowed. If that is right: --allow-removals {plan.removals}"
    )


def document_of(plan: Plan) -> dict[str, Any]:
    """Return a plan for programs."""
    return {
        "pending": len(plan.steps),
        "watched": plan.watched,
        "removals": plan.removals,
        "removals_allowed": plan.allows(None),
        "steps": [_step(step) for step in plan.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    changes = [{"field": c.field, "before": c.before, "after": c.after} for c in step.changes]
    return {
        "action": step.action.value,
        "instance_id": step.instance.instance_id,
        "name": step.instance.name,
        "changes": changes,
        "lacks_password": step.lacks_password,
    }
