"""Render the fleet as it is now and put it where people look."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.domain.catalog import Rendered, fingerprint
from lapsewatch.domain.certificates import ending
from lapsewatch.domain.concerns import LATE, Paces, Vitals, concerns
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import fleet_status
from lapsewatch.domain.routes import unrouted
from lapsewatch.domain.status import FleetStatus
from lapsewatch.ports import Audience, DeadLetters, Fleet, Heartbeats, Pages, Routes
from lapsewatch.shelve import shelve

HTML = "text/html; charset=utf-8"
JSON = "application/json"
CSV = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what it is called, what it is, and what makes it from the fleet's status."""

    name: str
    content_type: str
    render: Callable[[FleetStatus], str]
    shown: Callable[[bytes], bytes] = bytes
    """What of it must be new for it to be put: of a page for people not the instant that it was generated at."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Everything a report works with."""

    fleet: Fleet
    pages: Pages
    heartbeats: Heartbeats
    audience: Audience
    dead_letters: DeadLetters
    routes: Routes
    paces: Paces
    rules: ReminderRules
    zone: ZoneInfo
    renew_template: str
    layout: tuple[Page, ...]
    customers: Callable[[FleetStatus], Iterable[Page]]
    """The pages of single customers, where a fleet is too large for one page."""
    gone: str
    """What stands where a page was that is no more."""
    assets: Mapping[str, tuple[bytes, str]]
    """Name to bytes and content type; the name carries a hash of the bytes."""


def report(work: Reporting, now: datetime) -> dict[str, int]:
    """Render every page and replace those that show something new.

    Return counts for the metrics; what could not be found out is left out.
    """
    vitals, status = _status(work, now)
    for name, (body, content_type) in work.assets.items():
        work.pages.put_once(name, body, content_type)
    gone = Rendered("", HTML, work.gone.encode(), "")
    replaced, outdated = shelve(work.pages, lambda: _rendered(work, status), gone, now)
    counts = {"rows": len(status.rows), "replaced": replaced, "outdated": outdated}
    counts["failing_percent"] = status.failing_percent
    names = {concern.name for concern in status.concerns}
    counts |= {name.value: int(name in names) for name in LATE}
    # Only when there are any: a metric is paid for by the hour in which it is counted.
    counts |= {"certificates_end": len(vitals.ending)} if vitals.ending else {}
    known = {"subscribers_confirmed": vitals.subscribers, "dead_letters": vitals.dead_letters}
    return counts | {name: number for name, number in known.items() if number is not None}


def _status(work: Reporting, now: datetime) -> tuple[Vitals, FleetStatus]:
    """Return what is shown. What it is made of, as large again, is let go of before anything is rendered."""
    fleet = list(work.fleet.everything())
    watched = [item for item in fleet if item.instance.enabled]
    vitals = Vitals(
        beats=work.heartbeats.last(),
        subscribers=work.audience.confirmed(),
        dead_letters=work.dead_letters.waiting(),
        unrouted=unrouted((item.instance for item in watched), work.routes.declared()),
        ending=ending(((item.instance.instance_id, item.instance, item.state.pin_ends_at) for item in watched), now),
    )
    status = fleet_status(fleet, now, work.zone, work.rules, work.renew_template)
    return vitals, replace(status, concerns=concerns(vitals, work.paces, now, reads=bool(watched)))


def _rendered(work: Reporting, status: FleetStatus) -> Iterator[Rendered]:
    for page in (*work.layout, *work.customers(status)):
        body = page.render(status).encode()
        yield Rendered(page.name, page.content_type, body, fingerprint(page.shown(body)))
