"""The pages that people see, rendered from the fleet's status."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lapsewatch.adapters.pages.chart import bars
from lapsewatch.adapters.pages.dates import groups
from lapsewatch.adapters.pages.engine import page, part, printable
from lapsewatch.adapters.pages.files import Asset, assets
from lapsewatch.adapters.pages.fleet_json import fleet_document, row_document
from lapsewatch.adapters.pages.instance import facts_of, group_views
from lapsewatch.adapters.pages.rows import row_views
from lapsewatch.adapters.pages.words import BANDS, band_text, concern_text, instant_text, iso, near_text
from lapsewatch.domain.days import local_date, zone_named
from lapsewatch.domain.explanation import Line
from lapsewatch.domain.months import calendar_of, months_ahead
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.status import Band, FleetStatus

__all__ = [
    "Asset",
    "assets",
    "render_calendar",
    "render_error",
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
        rows=part("rows", row_views(status.rows, status, _customers(status))),
        anchors=_anchors(status),
        ladders=[(clock.value, ", ".join(map(str, days))) for clock, days in status.ladders.items()],
    )


def render_calendar(status: FleetStatus) -> str:
    """Return the calendar: every date once, by month."""
    calendar = calendar_of(status)
    places = dict.fromkeys((row.customer for row in status.rows), "/")
    today = local_date(status.generated_at, zone_named(status.zone))
    return page(
        "calendar",
        **_head(status),
        groups=[(group, part("dates", group.dates)) for group in groups(calendar, status.generated_at, places)],
        bars=bars(months_ahead(calendar, today)),
    )


def render_fleet_json(status: FleetStatus) -> str:
    """Return the fleet for programs."""
    return printable(fleet_document(status))


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


def render_sign_in(error: str | None, return_to: str) -> str:
    """Return the sign-in form; `return_to` is kept only if it is a path on this site."""
    kept = return_to if OWN_PATH.fullmatch(return_to) else "/"
    return page("sign_in", error=error or "", return_to=kept)


def render_error(status_code: int, title: str, text: str) -> str:
    """Return a page that says what went wrong."""
    return page("error", status_code=status_code, title=title, text=text)


def _customers(status: FleetStatus) -> dict[str, str]:
    """Return the address that each customer's name leads to: without the script, to the first of its rows."""
    first = {row.customer: row.instance_id for row in reversed(status.rows)}
    addresses = {name: f"/?customer={_quoted(name)}#instance-{_quoted(row)}" for name, row in first.items()}
    return addresses | {"": ""}


def _anchors(status: FleetStatus) -> dict[str, str]:
    """Return where the first row of each band is."""
    first = {row.band: f"#instance-{_quoted(row.instance_id)}" for row in reversed(status.rows)}
    return {band.value: first.get(band, "") for band in Band}


def _quoted(text: str) -> str:
    return quote(text.encode(errors="replace"), safe="")


def _head(status: FleetStatus) -> dict[str, Any]:
    zone = zone_named(status.zone)
    return {
        "generated_at": iso(status.generated_at),
        "generated": instant_text(status.generated_at, zone),
        "zone": status.zone,
        "total": len(status.rows),
        "counters": [(band.value, band_text(band), hint, status.counters.get(band, 0)) for band, hint in BANDS.items()],
        "customers": sorted({row.customer for row in status.rows if row.customer}, key=str.casefold),
        "concerns": [(concern_text(concern, zone), concern.remedy) for concern in status.concerns],
    }
