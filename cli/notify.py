"""Channels beyond the protocols of SNS: where they lead to, and whether they work."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer
from lapsewatch.adapters.channels.webhook.target import stored
from lapsewatch.adapters.dynamodb.table import stamp
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, NotYet
from lapsewatch.errors import DeliveryFailedError, DeliveryRefusedError

from cli.options import Endpoint, Stack
from cli.printing import say
from cli.stack import DeployedStack

notify_app = typer.Typer(no_args_is_help=True, help="Channels beyond the protocols of SNS.")


@notify_app.command("webhook")
def notify_webhook(
    url: Annotated[
        str, typer.Option(prompt=True, hide_input=True, envvar="LAPSEWATCH_WEBHOOK_URL", help="Its https address.")
    ],
    secret: Annotated[
        str,
        typer.Option(
            prompt="Secret (empty for a new one)",
            hide_input=True,
            show_default=False,
            envvar="LAPSEWATCH_WEBHOOK_SECRET",
            help="What signs the messages.",
        ),
    ] = "",
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Store where the webhook is and what signs its messages; a secret made here is printed once."""
    signing = secret or secrets.token_urlsafe(32)
    found = DeployedStack(stack, endpoint_url)
    found.store_webhook(stored(url, signing))
    if not secret:
        print(f"The new secret, shown once: {signing}")
    say("Stored; it is used within five minutes.")
    if not found.webhook_on:
        say("The webhook is off: deploy with WebhookChannel=on.")


@notify_app.command("test")
def notify_test(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """Post a message marked as a test from this machine, and say what the receiver answered."""
    found = DeployedStack(stack, endpoint_url)
    now = datetime.now(UTC)
    outcome = found.webhook.send(trial(found.page_url, now), now)
    if isinstance(outcome, NotYet):
        raise DeliveryFailedError(f"{outcome.answer}. A real message would be tried again.")
    if not isinstance(outcome, Delivered):
        raise DeliveryRefusedError(f"{outcome.answer}. A real message would become a dead letter.")
    say(outcome.answer)


def trial(page_url: str, now: datetime) -> Message:
    """Return a message that says that it is a test."""
    document = {
        "event": "test",
        "event_id": f"test:{now:%Y%m%dT%H%M%SZ}",
        "occurred_at": stamp(now),
        "severity": "INFO",
        "page_url": f"{page_url}/",
        "text": "This is a test of the webhook. Nothing has happened, and nothing is to be done.",
    }
    return Message(document["event_id"], document)
