"""Passwords that a plan lacks, asked of whoever is there."""

import sys

import typer
from lapsewatch.errors import InvalidRequestError

from cli.fleet.applying import with_passwords
from cli.fleet.difference import Step
from cli.fleet.planning import WholePlan
from cli.fleet.routes.applying import checked_target, with_targets
from cli.fleet.routes.difference import RouteStep
from cli.printing import printable


def require_someone_to_ask(plan: WholePlan) -> None:
    """Raise InvalidRequestError if a plan lacks secrets and there is no terminal."""
    lacking = [step.instance.instance_id for step in plan.fleet.steps if step.lacks_password]
    lacking += [f"the route {step.route.name}" for step in plan.routes.steps if step.lacks_target]
    if lacking and not sys.stdin.isatty():
        raise InvalidRequestError(
            f"There is no secret for {', '.join(lacking)}, and nobody to ask: give `secret: {{env: NAME}}` or "
            "`secret: {file: PATH}`, and see that the variable or file is there."
        )


def answered(plan: WholePlan) -> WholePlan:
    """Return the plan with every secret that it lacks."""
    return WholePlan(with_passwords(plan.fleet, _ask), with_targets(plan.routes, _ask_target))


def _ask(step: Step) -> str:
    text: str = typer.prompt(f"Password or client secret of {printable(step.instance.name)}", hide_input=True)
    return text


def _ask_target(step: RouteStep) -> str:
    text: str = typer.prompt(f"Where the {step.route.channel} route {step.route.name} leads to", hide_input=True)
    try:
        return checked_target(step.route.channel, text)
    except ValueError as error:
        raise InvalidRequestError(f"{step.route.name}: {error}") from None
