"""Render the fleet as it is now and put it where people look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import fleet_status
from lapsewatch.domain.status import FleetStatus
from lapsewatch.ports import Fleet, Pages

HTML = "text/html; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what it is called, what it is, and what makes it from the fleet's status."""

    name: str
    content_type: str
    render: Callable[[FleetStatus], str]


@dataclass(frozen=True, slots=True)
class Reporting:
    """Everything a report works with."""

    fleet: Fleet
    pages: Pages
    rules: ReminderRules
    zone: ZoneInfo
    renew_template: str
    layout: tuple[Page, ...]
    assets: Mapping[str, tuple[bytes, str]]
    """Name to bytes and content type; the name carries a hash of the bytes."""


def report(work: Reporting, now: datetime) -> dict[str, int]:
    """Render every page first and only then replace them, so that a failure leaves the old ones whole."""
    ids = [instance.instance_id for instance in work.fleet.instances()]
    fleet = work.fleet.watched(ids).values()
    status = fleet_status(fleet, now, work.zone, work.rules, work.renew_template)
    rendered = [(page, page.render(status).encode()) for page in work.layout]
    for name, (body, content_type) in work.assets.items():
        work.pages.put_once(name, body, content_type)
    replaced = [work.pages.put(page.name, body, page.content_type, now) for page, body in rendered]
    return {"rows": len(status.rows), "replaced": sum(replaced), "outdated": len(replaced) - sum(replaced)}
