"""The pages that people see, rendered from the fleet's status."""

import re

from lapsewatch.adapters.pages.acknowledgements import acknowledge_view
from lapsewatch.adapters.pages.engine import page, printable
from lapsewatch.adapters.pages.files import Asset, assets
from lapsewatch.adapters.pages.fleet_csv import fleet_table
from lapsewatch.adapters.pages.fleet_json import fleet_document, row_document
from lapsewatch.adapters.pages.fleet_pages import render_calendar, render_customer, render_index
from lapsewatch.adapters.pages.history import entry_views, streak_views
from lapsewatch.adapters.pages.instance import summary_view
from lapsewatch.adapters.pages.ledger import group_views
from lapsewatch.adapters.pages.timeline import timeline_view
from lapsewatch.adapters.pages.words import instant_text, iso
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.status import FleetStatus
from lapsewatch.domain.tokens import Token

__all__ = [
    "Asset",
    "assets",
    "iso",
    "render_calendar",
    "render_customer",
    "render_error",
    "render_fleet_csv",
    "render_fleet_json",
    "render_index",
    "render_instance",
    "render_sign_in",
    "row_document",
    "timeless",
]

GONE = "This customer has no page of its own at the moment: the status page shows whose instances there are."
GENERATED = re.compile(rb"<time [^>]*data-generated>[^<]*</time>")
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path on this site; two slashes, or a backslash anywhere, could lead to another one."""


def render_fleet_json(status: FleetStatus) -> str:
    """Return the fleet for programs."""
    return printable(fleet_document(status))


def render_fleet_csv(status: FleetStatus) -> str:
    """Return the fleet for spreadsheets."""
    return printable(fleet_table(status))


def render_instance(detail: Detail, token: Token) -> str:
    """Return the page of one instance as this caller may use it."""
    zone = detail.watched.instance.zone
    return page(
        "instance",
        s=summary_view(detail),
        timeline=timeline_view(detail),
        hour=f"{detail.rules.hour:02}:00",
        acknowledge=acknowledge_view(detail, token),
        streaks=streak_views(detail.watched.state.streaks, zone),
        history=entry_views(detail.history, zone),
        groups=group_views(detail),
        generated_at=iso(detail.now),
        generated=instant_text(detail.now, zone),
        zone=zone.key,
        concerns=(),
    )


def timeless(page: bytes) -> bytes:
    """Return a page without the instant that it was generated at, which alone is no reason to put it anew."""
    return GENERATED.sub(b"", page, count=1)


def render_sign_in(error: str | None, return_to: str) -> str:
    """Return the sign-in form; `return_to` is kept only if it is a path on this site."""
    kept = return_to if OWN_PATH.fullmatch(return_to) else "/"
    return page("sign_in", error=error or "", return_to=kept)


def render_error(status_code: int, title: str, text: str) -> str:
    """Return a page that says what went wrong."""
    return page("error", status_code=status_code, title=title, text=text)
