"""The pages that people see, rendered from the fleet's status."""

import re
from datetime import datetime

from lapsewatch.adapters.pages.engine import page, printable
from lapsewatch.adapters.pages.files import Asset, assets
from lapsewatch.adapters.pages.fleet_csv import fleet_table
from lapsewatch.adapters.pages.fleet_json import fleet_document, row_document
from lapsewatch.adapters.pages.fleet_pages import render_calendar, render_customer, render_index
from lapsewatch.adapters.pages.instance import facts_of, group_views
from lapsewatch.adapters.pages.words import instant_text, iso, near_text
from lapsewatch.domain.explanation import Line
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.status import Band, FleetStatus

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


def render_instance(watched: Watched, lines: list[Line], next_at: datetime | None, band: Band, now: datetime) -> str:
    """Return the page of one instance: why each notice was sent, is waiting, or was never owed."""
    zone = watched.instance.zone
    return page(
        "instance",
        instance_id=watched.instance.instance_id,
        name=watched.instance.name or watched.instance.instance_id,
        facts=facts_of(watched),
        groups=group_views(lines, watched),
        band=band.value,
        next=near_text(next_at, zone, now) if next_at else "",
        next_at=iso(next_at) if next_at else "",
        generated_at=iso(now),
        generated=instant_text(now, zone),
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
