"""Many notices in one message: most urgent first, none left out."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.wording import MAINTENANCE_STOPS, called

LOUDEST_FIRST = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)
EVENTS_IN_ORDER = (Event.EXPIRED, Event.REMINDER, Event.CHANGED, Event.RESOLVED)


@dataclass(frozen=True, slots=True)
class Digest:
    """One message about several notices."""

    event_id: str
    """The same for the same notices, so that a copy can be told."""
    occurred_at: datetime
    severity: Severity
    headline: str
    text: str
    page_url: str
    notices: tuple[Notice, ...]


def most_urgent_first(notices: Iterable[Notice]) -> list[Notice]:
    """Return notices in the order in which somebody should read them: lapses, then by severity and days left."""
    return sorted(notices, key=urgency)


def digest_of(notices: Iterable[Notice], page_url: str, now: datetime) -> Digest:
    """Return the digest of at least one notice."""
    ordered = most_urgent_first(notices)
    headline = headline_of([notice.event for notice in ordered])
    lines = [
        *(line for notice in ordered for line in line_of(notice)),
        *([MAINTENANCE_STOPS, ""] if any(map(_warns_of_maintenance, ordered)) else []),
        f"Status page: {page_url}/",
    ]
    return Digest(
        event_id=digest_id(notice.event_id for notice in ordered),
        occurred_at=now,
        severity=loudest(notice.severity for notice in ordered),
        headline=headline,
        text="\n".join([f"{headline}.", "", *lines]),
        page_url=f"{page_url}/",
        notices=tuple(ordered),
    )


def digest_id(event_ids: Iterable[str]) -> str:
    """Return the id of a digest of notices: the same for the same ones."""
    names = "\n".join(sorted(event_ids))
    return f"digest:{hashlib.sha256(names.encode()).hexdigest()[:32]}"


def line_of(notice: Notice) -> list[str]:
    """Return a notice as one entry of a digest."""
    milestone = None if notice.milestone is None else called(notice.milestone)
    day = None if notice.expires_on is None else notice.expires_on.isoformat()
    facts = ", ".join(fact for fact in (milestone, day, notice.customer, notice.page_url) if fact is not None)
    return [f"[{notice.severity}] {notice.headline}", *(f"    {line}" for line in (facts, *notice.remarks)), ""]


def _warns_of_maintenance(notice: Notice) -> bool:
    return notice.clock is Clock.MAINTENANCE and notice.milestone is not None


def loudest(severities: Iterable[Severity]) -> Severity:
    """Return the most urgent of several."""
    return min(severities, key=LOUDEST_FIRST.index)


def headline_of(events: Sequence[Event]) -> str:
    """Say how many notices there are, and of which kinds."""
    expired, resolved = events.count(Event.EXPIRED), events.count(Event.RESOLVED)
    parts = [f"{expired} expired"] * bool(expired) + [f"{resolved} settled"] * bool(resolved)
    return f"{len(events)} license notice{'s' if len(events) != 1 else ''}" + (f", {', '.join(parts)}" if parts else "")


def urgency(notice: Notice) -> tuple[int, int, int, str, str]:
    """Return what puts the notice that somebody should read first before the others."""
    left = notice.days_left if notice.days_left is not None else 10_000
    order, loudness = EVENTS_IN_ORDER.index(notice.event), LOUDEST_FIRST.index(notice.severity)
    return (order, loudness, left, notice.name.casefold(), notice.event_id)
