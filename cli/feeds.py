"""Feeds: calendars and pages for people who do not sign in."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from lapsewatch.feeds import create_feed, revoke_feed
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.options import Endpoint, Stack
from cli.stack import DeployedStack

feed_app = typer.Typer(no_args_is_help=True, help="Read-only calendars and pages for people who do not sign in.")
console = Console(highlight=False)


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
def feed_list(stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """List the feeds, without their addresses."""
    table = Table("id", "label", "shows", "created", "revoked")
    for feed in DeployedStack(stack, endpoint_url).feeds.feeds():
        revoked = f"{feed.revoked_at:%Y-%m-%d}" if feed.revoked_at else ""
        shows = "the whole fleet" if feed.customer is None else feed.customer
        table.add_row(feed.feed_id, escape(feed.label), escape(shows), f"{feed.created_at:%Y-%m-%d}", revoked)
    console.print(table)


@feed_app.command("revoke")
def feed_revoke(feed_id: str, stack: Stack = "lapsewatch", endpoint_url: Endpoint = None) -> None:
    """End a feed: its addresses open nothing any more."""
    revoke_feed(DeployedStack(stack, endpoint_url).feeds, feed_id, datetime.now(UTC))
    console.print("Revoked.")
