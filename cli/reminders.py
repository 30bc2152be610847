"""What would be sent when, without sending it."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from lapsewatch.adapters.dynamodb.handover_store import DynamoHandovers
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.sns import fitting, form_of
from lapsewatch.deliver import Delivery
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.routes import WEBHOOK
from lapsewatch.errors import InvalidRequestError
from lapsewatch.rehearsal import Rehearsed, rehearse
from rich.table import Table

from cli.foreseen import Foreseen, with_routes
from cli.options import Endpoint, Stack
from cli.printing import console, say, table
from cli.stack import DeployedStack, StackError


class Silent:
    """A publisher that must never be asked to publish."""

    def fitting(self, notices: Iterable[Notice]) -> int:
        return fitting(notices)

    def publish(self, message: Notice | Digest | Summary) -> str:
        raise StackError(f"A rehearsal does not send {message.event_id}.")


def remind(
    as_of: Annotated[str, typer.Option(help="A day, meaning up to its end in the stack's zone, or an ISO instant.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Required: real reminders are the schedule's business.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Say exactly who would be reminded of what, and write nothing."""
    if not dry_run:
        raise InvalidRequestError("Only --dry-run is possible here: the schedule sends what is due.")
    found = DeployedStack(stack, endpoint_url)
    now = instant_from(as_of, found.zone)
    rehearsed = rehearse(rehearsal(found), found.moves, now)
    foreseen = foreseen_by(found, rehearsed.messages)
    if as_json:
        forms = [(message, json.loads(form_of(message).bodies["default"])) for message in rehearsed.messages]
        documents = [with_routes(message, document, foreseen) for message, document in forms]
        print(json.dumps(documents, ensure_ascii=False, indent=2))
        return
    for line in summary(rehearsed, now, found.zone):
        say(line)
    if rehearsed.messages:
        console.print(table_of(rehearsed.messages, foreseen.of))


def instant_from(text: str, zone: ZoneInfo) -> datetime:
    """Return the end of a day in `zone`, or an instant as given; raise InvalidRequestError for anything else."""
    wrong = InvalidRequestError(
        "--as-of: give a day such as 2026-06-09, or an instant such as 2026-06-09T08:00:00-04:00."
    )
    try:
        if len(text) == len("2026-06-09"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), tzinfo=zone).astimezone(UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise wrong from None
    if instant.tzinfo is None:
        raise wrong
    return instant.astimezone(UTC)


def summary(rehearsed: Rehearsed, now: datetime, zone: ZoneInfo) -> list[str]:
    """Return what the run would do in a sentence or two."""
    at = f"{now.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"
    notices = sum(1 for _ in lines_of(rehearsed.messages))
    digests = sum(isinstance(message, Digest) for message in rehearsed.messages)
    lines = [f"{notices} notices would be sent as of {at}, as things stand now."]
    if not notices:
        lines = [f"Nothing would be sent as of {at}."]
    if digests:
        lines.append(f"They would go out in {digests} digest{'s' if digests != 1 else ''}.")
    if rehearsed.failed:
        lines.append(f"{rehearsed.failed} cannot be decided about, because what is stored of them cannot be read.")
    return lines


def lines_of(messages: Iterable[Notice | Digest | Summary]) -> Iterator[Notice | Summary]:
    """Yield every notice, those in digests too."""
    for message in messages:
        yield from message.notices if isinstance(message, Digest) else (message,)


def table_of(
    messages: Iterable[Notice | Digest | Summary], routes: Callable[[Notice | Summary], Iterable[str]] = lambda _: ()
) -> Table:
    """Return what would be sent as a table."""
    header = ("severity", "what", "days left", "customer", "instance", "message", "routes")
    return table(header, ((*_row(line), ", ".join(routes(line))) for line in lines_of(messages)))


def foreseen_by(stack: DeployedStack, messages: Iterable[Notice | Digest | Summary]) -> Foreseen:
    """Return what decides about the routes of these messages."""
    told = {notice.instance_id for notice in lines_of(messages) if isinstance(notice, Notice)}
    fleet = {instance_id: item.instance for instance_id, item in stack.fleet.watched(told, removed=True).items()}
    routes = stack.routes.declared() or ((WEBHOOK,) if stack.channels_on else ())
    return Foreseen(routes, fleet, DynamoHandovers(stack.table).of)


def _row(message: Notice | Summary) -> Iterator[str]:
    yield message.severity.value
    if isinstance(message, Summary):
        yield from ("moved", "", "", "", message.headline)
        return
    yield f"{message.clock}, {message.milestone} days" if message.milestone else message.event.value
    yield "" if message.days_left is None else str(message.days_left)
    yield from (message.customer, message.instance_id, message.headline)


def rehearsal(stack: DeployedStack) -> Delivery:
    """Return what a remind run works with, over a publisher that refuses to publish."""
    return Delivery(
        fleet=stack.fleet,
        ledger=DynamoLedger(stack.table),
        publisher=Silent(),
        rules=stack.rules,
        page_url=stack.page_url,
        shop=bool(stack.parameter("RenewUrlTemplate")),
        owner="rehearsal",
        time_left=lambda: math.inf,
        digest_over=int(stack.parameter("DigestOver")),
    )
