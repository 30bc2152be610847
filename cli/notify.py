"""Channels beyond the protocols of SNS: where they lead to, and whether they work."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer
from lapsewatch.adapters.channels.webhook.target import stored
from lapsewatch.adapters.dynamodb.table import stamp
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, NotYet
from lapsewatch.domain.routes import WEBHOOK, ByTopic, Route
from lapsewatch.errors import DeliveryFailedError, DeliveryRefusedError, InvalidRequestError

from cli.fleet.routes.known import known_routes
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
    found.store_target(WEBHOOK.name, stored(url, signing))
    if not secret:
        print(f"The new secret, shown once: {signing}")
    say("Stored; it is used within five minutes.")
    if not found.channels_on:
        say("Channels are off: deploy with Channels=on.")


@notify_app.command("test")
def notify_test(
    route: Annotated[str | None, typer.Argument(help="Which route, if there are several.")] = None,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Send a message marked as a test from this machine by a route, and say what the receiver answered."""
    found = DeployedStack(stack, endpoint_url)
    now = datetime.now(UTC)
    asked = route_named(found.routes.declared(), route)
    if asked.by_topic:
        say(_told_by_topic(found, asked))
        return
    outcome = found.channel(asked).send(trial(found.page_url, now, asked.name), now)
    if isinstance(outcome, NotYet):
        raise DeliveryFailedError(f"{outcome.answer}. A real message would be tried again.")
    if not isinstance(outcome, Delivered):
        raise DeliveryRefusedError(f"{outcome.answer}. A real message would become a dead letter.")
    say(outcome.answer)


def route_named(declared: tuple[Route, ...], name: str | None) -> Route:
    """Return the route that is meant; raise InvalidRequestError if that cannot be told."""
    routes = {route.name: route for route in declared or (WEBHOOK,)}
    if name is None and len(routes) == 1:
        return next(iter(routes.values()))
    if name not in routes:
        wrong = "Say which route" if name is None else f"{name} is none"
        raise InvalidRequestError(f"{wrong} of {', '.join(sorted(routes))}.")
    return routes[name]


def _told_by_topic(stack: DeployedStack, route: Route) -> str:
    """Send a test to phones. The topic mails to all or none, so of mail say who has confirmed."""
    if route.channel == ByTopic.SMS:
        sns, text = stack.client("sns"), f"Test of Lapsewatch, route {route.name}. Nothing is to be done."
        ids = [sns.publish(PhoneNumber=address, Message=text)["MessageId"] for address in route.addresses]
        return f"SNS took {len(ids)}: {', '.join(ids)}."
    there = known_routes(stack).subscribed
    confirmed = {way.address for way, subscribed in there.items() if subscribed.arn is not None}
    waiting = [address for address in route.addresses if address not in confirmed]
    if waiting:
        raise DeliveryFailedError(f"Not confirmed yet, so nothing reaches it: {', '.join(waiting)}.")
    return f"Confirmed: {', '.join(route.addresses)}. SNS has no mail to one address alone, so none was sent."


def trial(page_url: str, now: datetime, route: str = WEBHOOK.name) -> Message:
    """Return a message that says that it is a test."""
    document = {
        "event": "test",
        "event_id": f"test:{now:%Y%m%dT%H%M%SZ}",
        "occurred_at": stamp(now),
        "severity": "INFO",
        "page_url": f"{page_url}/",
        "text": f"This is a test of the route {route}. Nothing has happened, and nothing is to be done.",
    }
    return Message(document["event_id"], document)
