"""Passwords that a plan lacks, asked of whoever is there."""

import sys

import typer
from lapsewatch.errors import InvalidRequestError

from cli.fleet.applying import with_passwords
from cli.fleet.difference import Plan, Step
from cli.printing import printable


def require_someone_to_ask(plan: Plan) -> None:
    """Raise InvalidRequestError if a plan lacks passwords and there is no terminal."""
    lacking = [step.instance.instance_id for step in plan.steps if step.lacks_password]
    if lacking and not sys.stdin.isatty():
        raise InvalidRequestError(
            f"There is no password for {', '.join(lacking)}, and nobody to ask: give `secret: {{env: NAME}}` or "
            "`secret: {file: PATH}`, and see that the variable or file is there."
        )


def answered(plan: Plan) -> Plan:
    """Return the plan with every password that it lacks."""
    return with_passwords(plan, _ask)


def _ask(step: Step) -> str:
    text: str = typer.prompt(f"Password or client secret of {printable(step.instance.name)}", hide_input=True)
    return text
