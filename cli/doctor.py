"""`lapsewatch doctor`: what is wrong, in words."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import typer
from lapsewatch.adapters.audience import SnsAudience
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.table import stamp
from lapsewatch.adapters.sqs import SqsDeadLetters
from lapsewatch.domain.concerns import Vitals
from lapsewatch.domain.routes import unrouted

from cli.checkup import Examined, Finding, findings
from cli.exits import FINE, WRONG
from cli.fleet.routes.known import known_routes
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
        say("1 thing is wrong." if len(found) == 1 else f"{len(found)} things are wrong.")
    else:
        fleet = "1 instance is" if len(examined.fleet) == 1 else f"{len(examined.fleet)} instances are"
        say(f"Nothing is wrong: {fleet} watched, and reminders are heard.")
    raise typer.Exit(WRONG if found else FINE)


def examine(stack: DeployedStack) -> Examined:
    """Look at everything once."""
    found, routes = survey(stack.table, stack.zone), known_routes(stack)
    instances = [item.instance for item in found.fleet.values()]
    return Examined(
        fleet=tuple(found.fleet.values()),
        unreadable=found.unreadable,
        with_secrets=frozenset(stack.secrets.of(instances)),
        stored_secrets=stack.secret_names(),
        vitals=replace(vitals_of(stack), unrouted=unrouted(instances, routes.routes)),
        paces=stack.paces,
        lacks_targets=tuple(stack.lacks_target()) if stack.channels_on else (),
        idle_routes=() if stack.channels_on else tuple(route.name for route in routes.routes if not route.by_topic),
        unconfirmed=tuple(str(way) for way, there in routes.subscribed.items() if there.arn is None),
        mail=noted_standing(stack.table),
    )


def vitals_of(stack: DeployedStack) -> Vitals:
    """Return what the watch knows about itself."""
    channels = ["NotifyDeadLetterQueueUrl"] if stack.channels_on else []
    urls = map(stack.output, ["PollDeadLetterQueueUrl", "ScheduleDeadLetterQueueUrl", *channels])
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
