"""The weekly outlook: what ends in the next 60 and 90 days, customer by customer, for those whose business it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby, takewhile
from zoneinfo import ZoneInfo

from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.days import at_hour, days_left, local_date
from lapsewatch.domain.messages import Document, Message
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.routes import Route
from lapsewatch.domain.state import speaking_series

OUTLOOK = "outlook"
NEAR, FAR = 60, 90
LATELY = -30
"""How many days after its end something is still told of."""
MOST_BYTES = 200_000
"""How much the ends may take of what a queue takes; a longer list is the page's business."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ending:
    """One date of one instance."""

    customer: str
    name: str
    instance_id: str
    clock: Clock
    expires_on: date
    days_left: int
    acknowledged: bool

    @property
    def line(self) -> str:
        days = f"{abs(self.days_left)} day{'s' if abs(self.days_left) != 1 else ''}"
        when = f"ENDED {days} ago" if self.days_left < 0 else f"in {days}" if self.days_left else "today"
        taken = ", acknowledged" if self.acknowledged else ""
        return f"{self.name}: {self.clock} ends {self.expires_on}, {when}{taken}"


def slot_of(now: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """Return the instant of the latest outlook that is due by now: Monday at the reminder hour."""
    today = local_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    slot = at_hour(monday, hour, zone)
    return slot if slot <= now else at_hour(monday - WEEK, hour, zone)


def endings(fleet: Iterable[Watched], route: Route, routes: Sequence[Route], now: datetime) -> list[Ending]:
    """Return what ends soon and is a route's business, by customer and day."""
    found = (ending for item in fleet if _is_business_of(route, routes, item) for ending in _endings(item, route, now))
    return sorted(found, key=lambda item: (item.customer.casefold(), item.customer, item.expires_on, item.name))


def outlook_of(found: Sequence[Ending], route: Route, page_url: str, slot: datetime, now: datetime) -> Message:
    """Return the outlook of one week as a message on a route."""
    ended = sum(item.days_left < 0 for item in found)
    near = sum(0 <= item.days_left <= NEAR for item in found)
    dates = "1 date ends" if near == 1 else f"{near} dates end"
    over = f", {ended} {'has' if ended == 1 else 'have'} ended" if ended else ""
    headline = f"{dates} within {NEAR} days, {len(found) - ended} within {FAR}{over}"
    named = found[: _fitting(found)]
    more = len(found) - len(named)
    lines = [line for customer, group in groupby(named, lambda item: item.customer) for line in _told(customer, group)]
    rest = [f"… and {more} more on the status page.", ""] if more > 0 else []
    document: Document = {
        "event": OUTLOOK,
        "event_id": f"outlook:{slot:%Y%m%d}:{route.name}",
        "occurred_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "severity": Severity.INFO.value,
        "page_url": f"{page_url}/calendar",
        "count": len(found),
        "within_60_days": near,
        "endings": [_document(item) for item in named],
        "text": "\n".join([f"{headline}.", "", *lines, *rest, f"Status page: {page_url}/calendar"]),
    }
    return Message(document["event_id"], document, route=route.name)


def _is_business_of(route: Route, routes: Sequence[Route], watched: Watched) -> bool:
    """Whether an instance is any business of a route; of a default, if it is no other's."""
    instance = watched.instance
    if not watched.state.enabled or not route.match.is_about(instance.customer, instance.tags):
        return False
    others = (other for other in routes if not other.default)
    return not route.default or not any(other.match.is_about(instance.customer, instance.tags) for other in others)


def _endings(watched: Watched, route: Route, now: datetime) -> Iterator[Ending]:
    instance = watched.instance
    for series in speaking_series(watched.state, instance.zone):
        left = days_left(series.expires_at, now, instance.zone)
        if LATELY <= left <= FAR and (not route.match.clocks or series.clock in route.match.clocks):
            yield Ending(
                instance.customer,
                instance.name,
                instance.instance_id,
                series.clock,
                local_date(series.expires_at, instance.zone),
                left,
                series.acknowledged is not None,
            )


def _fitting(found: Iterable[Ending]) -> int:
    """Return how many ends, from the first on, fit into a message, in words and for machines."""
    sizes = accumulate(len(f"{_document(item)}{item.line}{item.customer}".encode()) for item in found)
    return sum(1 for _ in takewhile(lambda size: size <= MOST_BYTES, sizes))


def _told(customer: str, group: Iterable[Ending]) -> Iterator[str]:
    yield f"{customer}:"
    yield from (f"- {item.line}" for item in group)
    yield ""


def _document(item: Ending) -> Document:
    return {
        "customer": item.customer,
        "name": item.name,
        "instance_id": item.instance_id,
        "clock": item.clock.value,
        "expires_on": item.expires_on.isoformat(),
        "days_left": item.days_left,
        "acknowledged": item.acknowledged,
    }
