"""What would be sent when, without sending it."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from lapsewatch.adapters.sns import document_of
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import InvalidRequestError
from lapsewatch.remind import plan
from rich.table import Table

from cli.options import Endpoint, Stack
from cli.printing import console, say, table
from cli.stack import DeployedStack


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
    run = found.rehearsal()
    notices = plan(run, now)
    if as_json:
        print(json.dumps([document_of(notice) for notice in notices], ensure_ascii=False, indent=2))
        return
    for line in summary(notices, now, found.zone, run.digest_over):
        say(line)
    if notices:
        console.print(table_of(notices))


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


def summary(notices: list[Notice], now: datetime, zone: ZoneInfo, digest_over: int) -> list[str]:
    """Return what the run would do in a sentence or two."""
    at = f"{now.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"
    if not notices:
        return [f"Nothing would be sent as of {at}."]
    lines = [f"{len(notices)} notices would be sent as of {at}, as things stand now:"]
    if digest_over and len(notices) > digest_over:
        lines.append(f"They would go out as digests, being more than {digest_over}.")
    return lines


def table_of(notices: Iterable[Notice]) -> Table:
    """Return the notices as a table."""
    return table(("severity", "what", "days left", "customer", "instance", "message"), map(_row, notices))


def _row(notice: Notice) -> Iterator[str]:
    yield notice.severity.value
    yield f"{notice.clock}, {notice.milestone} days" if notice.milestone else notice.event.value
    yield "" if notice.days_left is None else str(notice.days_left)
    yield from (notice.customer, notice.instance_id, notice.headline)
