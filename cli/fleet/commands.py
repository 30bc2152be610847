"""The whole fleet at once: `lapsewatch fleet`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from lapsewatch.errors import InvalidRequestError

from cli.exits import PENDING, WRONG
from cli.fleet.asking import answered, require_someone_to_ask
from cli.fleet.import_command import fleet_import
from cli.fleet.planning import known_fleet, plan_from
from cli.fleet.reconcile_command import fleet_reconcile
from cli.fleet.routes.telling import route_document
from cli.fleet.routes.writing import route_row
from cli.fleet.schema import schema_text
from cli.fleet.taking import take, tell
from cli.fleet.telling import document_of, refusal_of
from cli.fleet.writing import fleet_text, row_of, write
from cli.options import AsJson, Endpoint, Stack
from cli.printing import complain, print_json, say
from cli.stack import DeployedStack

fleet_app = typer.Typer(no_args_is_help=True, help="The whole fleet at once, as a file.")

FleetPath = Annotated[Path, typer.Argument(help="The fleet file, such as fleet.yaml.", metavar="FILE")]


@fleet_app.command("plan")
def fleet_plan(
    file: FleetPath, *, as_json: AsJson = False, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None
) -> None:
    """Say what a fleet file would change, and change nothing. Exits 0 if nothing is to do, 2 if something is."""
    found = DeployedStack(stack, endpoint_url)
    plan = plan_from(file, found)
    if as_json:
        print_json({**document_of(plan.fleet), "pending": plan.pending, "routes": route_document(plan.routes)})
    else:
        tell(plan, found)
        if not plan.fleet.allows(None):
            say(refusal_of(plan.fleet))
    raise typer.Exit(PENDING if plan.pending else 0)


@fleet_app.command("apply")
def fleet_apply(
    file: FleetPath,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    allow_removals: Annotated[
        int | None, typer.Option(min=0, help="How many may be removed, if more than 20 % of the fleet.")
    ] = None,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Make the fleet what a fleet file says, after asking."""
    found = DeployedStack(stack, endpoint_url)
    plan = plan_from(file, found)
    tell(plan, found)
    if not plan.fleet.allows(allow_removals):
        raise InvalidRequestError(refusal_of(plan.fleet))
    if not plan.pending:
        return
    require_someone_to_ask(plan)
    if not yes:
        typer.confirm("Apply this?", abort=True)
    failed = take(answered(plan), found, datetime.now(UTC))
    for why in failed:
        complain(why)
    if failed:
        complain(f"{len(failed)} of {plan.pending} steps failed; apply the file again to take them up.")
        raise typer.Exit(WRONG)
    say("Applied. What is new is read with the next poll, or now by `lapsewatch poll`.")


@fleet_app.command("export")
def fleet_export(
    output: Annotated[Path | None, typer.Option(help="Where to write it, if not to the terminal.")] = None,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Write the fleet as it is now as a fleet file, without any password."""
    found = DeployedStack(stack, endpoint_url)
    rows = [row_of(known, found.zone) for known in known_fleet(found).values()]
    write(fleet_text(rows, map(route_row, found.routes.declared())), output)


@fleet_app.command("schema")
def fleet_schema() -> None:
    """Print the JSON Schema of fleet files, for editors."""
    print(schema_text(), end="")


fleet_app.command("import")(fleet_import)
fleet_app.command("reconcile")(fleet_reconcile)
