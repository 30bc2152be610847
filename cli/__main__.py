"""Set up a deployed stack: tokens, feeds, instances, the session key."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from lapsewatch.access import create_token
from lapsewatch.domain.tokens import Role, Token
from lapsewatch.errors import LapsewatchError
from rich.table import Table

from cli.exits import USAGE, WRONG
from cli.feeds import feed_app
from cli.fleet.commands import fleet_app
from cli.instances import instance_app
from cli.notify import notify_app
from cli.options import Endpoint, Stack
from cli.printing import complain, console, say, table
from cli.reminders import remind
from cli.stack import DeployedStack

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
token_app = typer.Typer(no_args_is_help=True, help="Access tokens of people, screens and programs.")
app.add_typer(token_app, name="token")
app.add_typer(instance_app, name="instance")
app.add_typer(fleet_app, name="fleet")
app.add_typer(feed_app, name="feed")
app.add_typer(notify_app, name="notify")
app.command("remind")(remind)


@app.command("session-key")
def session_key(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Create or replace the key that signs sessions; everybody signs in anew."""
    DeployedStack(stack, endpoint_url).renew_session_key()
    say("A new session key is stored.")


@app.command("poll")
def poll(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Read every PBX now instead of at the next schedule."""
    say(f"{DeployedStack(stack, endpoint_url).poll_now()} polls are queued.")


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
    console.print(table_of(DeployedStack(stack, endpoint_url).tokens.tokens()))


@token_app.command("revoke")
def token_revoke(token_id: str, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """End a token and every session that was opened with it."""
    DeployedStack(stack, endpoint_url).tokens.revoke(token_id, datetime.now(UTC))
    say("Revoked.")


def table_of(tokens: Iterable[Token]) -> Table:
    """Return the tokens as a table."""
    return table(("id", "role", "label", "created", "revoked"), map(_row, tokens))


def _row(token: Token) -> Iterator[str]:
    yield from (token.token_id, token.role.value, token.label, f"{token.created_at:%Y-%m-%d}")
    yield f"{token.revoked_at:%Y-%m-%d}" if token.revoked_at else ""


def run() -> None:
    """Run the command that the line asks for; one of our own errors is a line and exit code 1."""
    for usage_error in typer.BadParameter.__bases__:
        usage_error.exit_code = USAGE  # type: ignore[attr-defined]  # its own is the 2 that `fleet plan` speaks by
    try:
        app(prog_name="lapsewatch")
    except LapsewatchError as error:
        complain(str(error))
        sys.exit(WRONG)


if __name__ == "__main__":
    run()
