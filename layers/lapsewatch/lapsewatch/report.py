"""Render the fleet as it is now and put it where people look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.domain.concerns import LATE, Paces, Vitals, concerns
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import fleet_status
from lapsewatch.domain.status import FleetStatus
from lapsewatch.ports import Audience, DeadLetters, Fleet, Heartbeats, Pages

HTML = "text/html; charset=utf-8"
JSON = "application/json"
CSV = "text/csv; charset=utf-8; header=present"


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
    heartbeats: Heartbeats
    audience: Audience
    dead_letters: DeadLetters
    paces: Paces
    rules: ReminderRules
    zone: ZoneInfo
    renew_template: str
    layout: tuple[Page, ...]
    assets: Mapping[str, tuple[bytes, str]]
    """Name to bytes and content type; the name carries a hash of the bytes."""


def report(work: Reporting, now: datetime) -> dict[str, int]:
    """Render every page first and only then replace them, so that a failure leaves the old ones whole.

    Return counts for the metrics; what could not be found out is left out.
    """
    instances = list(work.fleet.instances())
    fleet = work.fleet.watched(instance.instance_id for instance in instances).values()
    vitals = Vitals(work.heartbeats.last(), work.audience.confirmed(), work.dead_letters.waiting())
    reads = any(instance.enabled for instance in instances)
    status = replace(
        fleet_status(fleet, now, work.zone, work.rules, work.renew_template),
        concerns=concerns(vitals, work.paces, now, reads=reads),
    )
    rendered = [(page, page.render(status).encode()) for page in work.layout]
    for name, (body, content_type) in work.assets.items():
        work.pages.put_once(name, body, content_type)
    replaced = [work.pages.put(page.name, body, page.content_type, now) for page, body in rendered]
    counts = {"rows": len(status.rows), "replaced": sum(replaced), "outdated": len(replaced) - sum(replaced)}
    names = {concern.name for concern in status.concerns}
    counts |= {name.value: int(name in names) for name in LATE}
    known = {"subscribers_confirmed": vitals.subscribers, "dead_letters": vitals.dead_letters}
    return counts | {name: number for name, number in known.items() if number is not None}
