"""Set up a deployed stack: tokens, feeds, instances, the session key."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from lapsewatch.access import create_token
from lapsewatch.adapters.dynamodb.table import maybe_stamp, stamp
from lapsewatch.domain.tokens import Role, Token
from lapsewatch.errors import LapsewatchError

from cli.doctor import doctor
from cli.exits import USAGE, WRONG
from cli.feeds import feed_app
from cli.fleet.commands import fleet_app
from cli.instances import instance_app
from cli.logs import tell_people
from cli.notify import notify_app
from cli.options import AsJson, Endpoint, Stack
from cli.polls import poll
from cli.printing import complain, listing, say
from cli.reminders import remind
from cli.stack import DeployedStack

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
HEADER = ("id", "role", "label", "created", "revoked")

token_app = typer.Typer(no_args_is_help=True, help="Access tokens of people, screens and programs.")
app.add_typer(token_app, name="token")
app.add_typer(instance_app, name="instance")
app.add_typer(fleet_app, name="fleet")
app.add_typer(feed_app, name="feed")
app.add_typer(notify_app, name="notify")
app.command("poll")(poll)
app.command("doctor")(doctor)
app.command("remind")(remind)


@app.command("session-key")
def session_key(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Create or replace the key that signs sessions; everybody signs in anew."""
    DeployedStack(stack, endpoint_url).renew_session_key()
    say("A new session key is stored.")


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
def token_list(*, as_json: AsJson = False, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """List the tokens, without their secrets."""
    show_tokens(DeployedStack(stack, endpoint_url).tokens.tokens(), as_json=as_json)


@token_app.command("revoke")
def token_revoke(token_id: str, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """End a token and every session that was opened with it."""
    DeployedStack(stack, endpoint_url).tokens.revoke(token_id, datetime.now(UTC))
    say("Revoked.")


def show_tokens(tokens: Iterable[Token], *, as_json: bool) -> None:
    """Print tokens."""
    listing(tokens, HEADER, _row, _document, as_json=as_json)


def _document(token: Token) -> dict[str, str | None]:
    dates = {"created_at": stamp(token.created_at), "revoked_at": maybe_stamp(token.revoked_at)}
    return {"token_id": token.token_id, "role": token.role.value, "label": token.label, **dates}


def _row(token: Token) -> Iterator[str]:
    yield from (token.token_id, token.role.value, token.label, f"{token.created_at:%Y-%m-%d}")
    yield f"{token.revoked_at:%Y-%m-%d}" if token.revoked_at else ""


def run() -> None:
    """Run the command that the line asks for; one of our own errors is a line and exit code 1."""
    for usage_error in typer.BadParameter.__bases__:
        usage_error.exit_code = USAGE  # type: ignore[attr-defined]  # its own is the 2 that `fleet plan` speaks by
    tell_people()
    try:
        app(prog_name="lapsewatch")
    except LapsewatchError as error:
        complain(str(error))
    except (BotoCoreError, ClientError) as error:
        complain(f"AWS refused or could not be reached: {error}")
    sys.exit(WRONG)


if __name__ == "__main__":
    run()
