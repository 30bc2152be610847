"""`lapsewatch doctor`: what is wrong, in words."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import typer
from lapsewatch.adapters.audience import SnsAudience
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.table import stamp
from lapsewatch.adapters.sqs import SqsDeadLetters
from lapsewatch.domain.concerns import Vitals

from cli.checkup import Examined, Finding, findings
from cli.exits import FINE, WRONG
from cli.mail_standing import noted_standing
from cli.options import AsJson, Endpoint, Stack
from cli.printing import console, print_json, say, table
from cli.stack import DeployedStack
from cli.survey import survey


def doctor(*, as_json: AsJson = False, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Say what is wrong with each PBX and with the stack, and what to do. Exits 1 if anything is."""
    examined = examine(DeployedStack(stack, endpoint_url))
    now = datetime.now(UTC)
    found = findings(examined, now)
    if as_json:
        print_json(document_of(examined, found, now))
    elif found:
        rows = ((finding.about, finding.text, finding.remedy) for finding in found)
        console.print(table(("where", "what is wrong", "what to do"), rows))
        say(f"{len(found)} things are wrong.")
    else:
        say(f"Nothing is wrong: {len(examined.fleet)} instances are watched, and reminders are heard.")
    raise typer.Exit(WRONG if found else FINE)


def examine(stack: DeployedStack) -> Examined:
    """Look at everything once."""
    found = survey(stack.table, stack.zone)
    return Examined(
        fleet=tuple(found.fleet.values()),
        unreadable=found.unreadable,
        with_secrets=frozenset(stack.secrets.of(item.instance for item in found.fleet.values())),
        stored_secrets=stack.secret_names(),
        vitals=vitals_of(stack),
        paces=stack.paces,
        lacks_webhook=stack.webhook_on and not stack.webhook_stored,
        mail=noted_standing(stack.table),
    )


def vitals_of(stack: DeployedStack) -> Vitals:
    """Return what the watch knows about itself."""
    webhook = ["NotifyDeadLetterQueueUrl"] if stack.webhook_on else []
    urls = map(stack.output, ["PollDeadLetterQueueUrl", "ScheduleDeadLetterQueueUrl", *webhook])
    return Vitals(
        DynamoHeartbeats(stack.table).last(),
        SnsAudience(stack.client("sns"), stack.output("TopicArn")).confirmed(),
        SqsDeadLetters(stack.client("sqs"), urls).waiting(),
    )


def document_of(examined: Examined, found: Sequence[Finding], now: datetime) -> dict[str, Any]:
    """Return the findings for programs."""
    return {
        "checked_at": stamp(now),
        "instances": len(examined.fleet),
        "findings": [asdict(finding) for finding in found],
    }
