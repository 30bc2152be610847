"""The pages that people see, rendered from the fleet's status."""

import re
from typing import Any

from lapsewatch.adapters.pages.acknowledgements import acknowledge_view
from lapsewatch.adapters.pages.chart import bars
from lapsewatch.adapters.pages.dates import groups
from lapsewatch.adapters.pages.engine import page, part, printable
from lapsewatch.adapters.pages.files import Asset, assets
from lapsewatch.adapters.pages.fleet_csv import fleet_table
from lapsewatch.adapters.pages.fleet_json import fleet_document, row_document
from lapsewatch.adapters.pages.history import entry_views, streak_views
from lapsewatch.adapters.pages.instance import summary_view
from lapsewatch.adapters.pages.ledger import group_views
from lapsewatch.adapters.pages.rows import row_view
from lapsewatch.adapters.pages.timeline import timeline_view
from lapsewatch.adapters.pages.words import BANDS, band_text, concern_text, instant_text, iso
from lapsewatch.domain.days import local_date, zone_named
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.months import calendar_of, months_ahead
from lapsewatch.domain.status import FleetStatus
from lapsewatch.domain.tokens import Token

__all__ = [
    "Asset",
    "assets",
    "render_calendar",
    "render_error",
    "render_fleet_csv",
    "render_fleet_json",
    "render_index",
    "render_instance",
    "render_sign_in",
    "row_document",
]

OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path on this site; two slashes, or a backslash anywhere, could lead to another one."""


def render_index(status: FleetStatus) -> str:
    """Return the status page: the whole fleet in one table, in the order of its rows."""
    return page(
        "index",
        **_head(status),
        rows=part("rows", rows=[row_view(row, status) for row in status.rows]),
        counters=[(band.value, band_text(band), hint, status.counters.get(band, 0)) for band, hint in BANDS.items()],
        customers=sorted({row.customer for row in status.rows if row.customer}, key=str.casefold),
        ladders=[(clock.value, ", ".join(map(str, days))) for clock, days in status.ladders.items()],
    )


def render_calendar(status: FleetStatus) -> str:
    """Return the calendar: every date once, by month."""
    calendar = calendar_of(status)
    today = local_date(status.generated_at, zone_named(status.zone))
    return page(
        "calendar",
        **_head(status),
        dates=part("dates", groups=groups(calendar, status.generated_at)),
        bars=bars(months_ahead(calendar, today)),
    )


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
        groups=group_views(detail.lines, detail.watched),
        generated_at=iso(detail.now),
        generated=instant_text(detail.now, zone),
        zone=zone.key,
        concerns=(),
    )


def render_sign_in(error: str | None, return_to: str) -> str:
    """Return the sign-in form; `return_to` is kept only if it is a path on this site."""
    kept = return_to if OWN_PATH.fullmatch(return_to) else "/"
    return page("sign_in", error=error or "", return_to=kept)


def render_error(status_code: int, title: str, text: str) -> str:
    """Return a page that says what went wrong."""
    return page("error", status_code=status_code, title=title, text=text)


def _head(status: FleetStatus) -> dict[str, Any]:
    zone = zone_named(status.zone)
    return {
        "generated_at": iso(status.generated_at),
        "generated": instant_text(status.generated_at, zone),
        "zone": status.zone,
        "total": len(status.rows),
        "concerns": [(concern_text(concern, zone), concern.remedy) for concern in status.concerns],
    }
