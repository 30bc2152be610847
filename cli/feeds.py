"""Feeds: calendars and pages for people who do not sign in."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from lapsewatch.adapters.dynamodb.table import maybe_stamp, stamp
from lapsewatch.domain.feeds import Feed
from lapsewatch.feeds import create_feed, revoke_feed

from cli.options import AsJson, Endpoint, Stack
from cli.printing import listing, say
from cli.stack import DeployedStack

HEADER = ("id", "label", "shows", "created", "revoked")

feed_app = typer.Typer(no_args_is_help=True, help="Read-only calendars and pages for people who do not sign in.")


@feed_app.command("create")
def feed_create(
    label: Annotated[str, typer.Option(help="Who or what it is for.")],
    customer: Annotated[str | None, typer.Option(help="Show this customer only, not the whole fleet.")] = None,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Create a feed and print its two addresses, once."""
    found = DeployedStack(stack, endpoint_url)
    customers = (instance.customer for instance in found.fleet.instances())
    token = create_feed(found.feeds, customers, label, customer, datetime.now(UTC))
    # Not by the console, which would break a long address in two.
    print(f"Page:     {found.page_url}/feeds/{token}/")
    print(f"Calendar: {found.page_url}/feeds/{token}/renewals.ics")


@feed_app.command("list")
def feed_list(*, as_json: AsJson = False, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """List the feeds, without their addresses."""
    show_feeds(DeployedStack(stack, endpoint_url).feeds.feeds(), as_json=as_json)


@feed_app.command("revoke")
def feed_revoke(feed_id: str, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """End a feed: its addresses open nothing any more."""
    revoke_feed(DeployedStack(stack, endpoint_url).feeds, feed_id, datetime.now(UTC))
    say("Revoked.")


def show_feeds(feeds: Iterable[Feed], *, as_json: bool) -> None:
    """Print feeds."""
    listing(feeds, HEADER, _row, _document, as_json=as_json)


def _document(feed: Feed) -> dict[str, str | None]:
    dates = {"created_at": stamp(feed.created_at), "revoked_at": maybe_stamp(feed.revoked_at)}
    return {"feed_id": feed.feed_id, "label": feed.label, "customer": feed.customer, **dates}


def _row(feed: Feed) -> Iterator[str]:
    yield from (feed.feed_id, feed.label, "the whole fleet" if feed.customer is None else feed.customer)
    yield f"{feed.created_at:%Y-%m-%d}"
    yield f"{feed.revoked_at:%Y-%m-%d}" if feed.revoked_at else ""
