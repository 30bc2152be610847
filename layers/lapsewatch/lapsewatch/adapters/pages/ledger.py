"""The ledger of one instance: every notice in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages.words import count_of_days, instant_text, iso
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.explanation import Line, Standing
from lapsewatch.domain.handovers import Handover, by_row
from lapsewatch.domain.handovers import Standing as RouteStanding
from lapsewatch.domain.ledger import Event, RowKey
from lapsewatch.domain.overview import Watched

STANDING_TEXT = {
    Standing.SENT: "Sent",
    Standing.WAITING: "Waiting",
    Standing.COMING: "To come",
    Standing.NOT_SENT: "Not sent",
    Standing.FAILED: "Failed",
    Standing.UNKNOWN: "Perhaps sent",
}
ROUTE_TEXT = {
    RouteStanding.WAITING: "Waiting",
    RouteStanding.DELIVERED: "Delivered",
    RouteStanding.GIVEN_UP: "Given up",
    RouteStanding.LATE: "Dropped",
    RouteStanding.BY_TOPIC: "By the topic",
}

type Handed = Mapping[RowKey, Sequence[Handover]]
"""What became of each notice on its routes."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as the template places it; an empty text is left out."""

    title: str
    standing: str
    standing_text: str
    due: str
    due_at: str
    why: str
    """Empty if there is nothing to add to where it stands."""
    sent: str
    routes: tuple["RouteView", ...]


@dataclass(frozen=True, slots=True)
class RouteView:
    """What became of a notice on one route."""

    name: str
    standing: str
    standing_text: str
    answer: str
    when: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """The notices of one clock in one cycle."""

    title: str
    date: str
    """When the cycle ends; empty for one that is over, and for changes."""
    counts: str
    open: bool
    """Whether it is shown unasked: the cycles that are running, and changes."""
    notices: tuple[NoticeView, ...]


def group_views(detail: Detail) -> list[GroupView]:
    """Return the lines by clock and cycle, in their order."""
    groups = groupby(detail.lines, key=lambda line: (line.key.clock, 0 if line.key.change else line.key.cycle))
    handed = by_row(detail.handovers)
    return [_group(clock.value, cycle, tuple(group), detail.watched, handed) for (clock, cycle), group in groups]


def _group(clock: str, cycle: int, lines: tuple[Line, ...], watched: Watched, handed: Handed) -> GroupView:
    zone = watched.instance.zone
    date = _date(watched, clock, cycle, zone)
    return GroupView(
        title=f"{clock.capitalize()}, cycle {cycle}" if cycle else "Changes",
        date=date,
        counts=_counts(lines),
        open=bool(date) or not cycle,
        notices=tuple(_notice(line, handed.get(line.key, ()), zone) for line in lines),
    )


def _date(watched: Watched, clock: str, cycle: int, zone: ZoneInfo) -> str:
    """Return the date of the cycle that is running; earlier ones are known by their notices only."""
    for series in watched.state.series.values():
        if series.clock.value == clock and series.cycle == cycle:
            return f"ends {instant_text(series.expires_at, zone)}"
    return ""


def _counts(lines: Iterable[Line]) -> str:
    counted = Counter(line.standing for line in lines)
    return ", ".join(f"{counted[kind]} {text.lower()}" for kind, text in STANDING_TEXT.items() if counted[kind])


def _notice(line: Line, handovers: Iterable[Handover], zone: ZoneInfo) -> NoticeView:
    standing = STANDING_TEXT[line.standing]
    return NoticeView(
        title=_title(line),
        standing=line.standing.value,
        standing_text=standing,
        due=instant_text(line.due_at, zone) if line.due_at else "",
        due_at=iso(line.due_at) if line.due_at else "",
        why=_why(line.why, standing),
        sent=_sent(line, zone),
        routes=tuple(_route(handover, zone) for handover in handovers),
    )


def _route(handover: Handover, zone: ZoneInfo) -> RouteView:
    name = handover.key.route
    if handover.escalated_from:
        name = f"{name}, escalated from {handover.escalated_from}"
    return RouteView(
        name=name,
        standing=handover.standing.value,
        standing_text=ROUTE_TEXT[handover.standing],
        answer=handover.answer,
        when=instant_text(handover.at, zone) if handover.at else "",
    )


def _why(why: str, standing: str) -> str:
    """Return the reason without what the standing beside it says already."""
    text = f" {why}".removesuffix(f" {standing}.").strip().removeprefix(f"{standing}: ")
    return text[:1].upper() + text[1:]


def _title(line: Line) -> str:
    match line.key.event:
        case Event.RESOLVED:
            return "Resolve"
        case Event.CHANGED:
            return "Change"
        case Event.EXPIRED:
            return "Lapse"
        case _:
            return f"{count_of_days(line.key.milestone or 0)} before"


def _sent(line: Line, zone: ZoneInfo) -> str:
    row = line.row
    if row is None:
        return ""
    if row.sent_at is not None:
        return f"{instant_text(row.sent_at, zone)}, SNS message {row.sns_message_id}"
    if row.due_at is not None:
        return f"Looked at again {instant_text(row.due_at, zone)}"
    return ""
