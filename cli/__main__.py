"""Set up a deployed stack: tokens, feeds, instances, the session key."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from lapsewatch.access import create_token
from lapsewatch.domain.tokens import Role
from lapsewatch.errors import LapsewatchError
from rich.console import Console
from rich.table import Table

from cli.feeds import feed_app
from cli.instances import instance_app
from cli.notify import notify_app
from cli.options import Endpoint, Stack
from cli.reminders import remind
from cli.stack import DeployedStack

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
token_app = typer.Typer(no_args_is_help=True, help="Access tokens of people, screens and programs.")
app.add_typer(token_app, name="token")
app.add_typer(instance_app, name="instance")
app.add_typer(feed_app, name="feed")
app.add_typer(notify_app, name="notify")
app.command("remind")(remind)
console = Console(highlight=False)


@app.command("session-key")
def session_key(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Create or replace the key that signs sessions; everybody signs in anew."""
    DeployedStack(stack, endpoint_url).renew_session_key()
    console.print("A new session key is stored.")


@app.command("poll")
def poll(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Read every PBX now instead of at the next schedule."""
    console.print(f"{DeployedStack(stack, endpoint_url).poll_now()} polls are queued.")


@token_app.command("create")
def token_create(
    role: Annotated[Role, typer.Option(help="viewer looks, operator refreshes, admin changes.")],
    label: Annotated[str, typer.Option(help="Who or what it is for.")],
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Create a token and print it, once."""
    found = DeployedStack(stack, endpoint_url)
    print(create_token(found.tokens, role, label, datetime.now(UTC)))


@token_app.command("list")
def token_list(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """List the tokens, without their secrets."""
    table = Table("id", "role", "label", "created", "revoked")
    for token in DeployedStack(stack, endpoint_url).tokens.tokens():
        revoked = f"{token.revoked_at:%Y-%m-%d}" if token.revoked_at else ""
        table.add_row(token.token_id, token.role, token.label, f"{token.created_at:%Y-%m-%d}", revoked)
    console.print(table)


@token_app.command("revoke")
def token_revoke(token_id: str, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """End a token and every session that was opened with it."""
    DeployedStack(stack, endpoint_url).tokens.revoke(token_id, datetime.now(UTC))
    console.print("Revoked.")


def run() -> None:
    """Run the command that the line asks for; one of our own errors is a line and exit code 1."""
    try:
        app(prog_name="lapsewatch")
    except LapsewatchError as error:
        # Not as markup: the text may hold a name with brackets in it.
        Console(stderr=True, highlight=False).print(str(error), style="red", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    run()
