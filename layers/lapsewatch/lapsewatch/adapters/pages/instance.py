"""One instance: every notice of its ledger in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages.words import instant_text, iso
from lapsewatch.domain.explanation import Line, Standing
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.overview import Watched

STANDING_TEXT = {
    Standing.SENT: "Sent",
    Standing.WAITING: "Waiting",
    Standing.COMING: "To come",
    Standing.NOT_SENT: "Not sent",
    Standing.FAILED: "Failed",
    Standing.UNKNOWN: "Perhaps sent",
}


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as the template places it; an empty text is left out."""

    title: str
    standing: str
    standing_text: str
    due: str
    due_at: str
    why: str
    sent: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """The notices of one clock in one cycle."""

    title: str
    date: str
    notices: tuple[NoticeView, ...]


def group_views(lines: Iterable[Line], watched: Watched) -> list[GroupView]:
    """Return the lines by clock and cycle, in their order."""
    zone = watched.instance.zone
    groups = groupby(lines, key=lambda line: (line.key.clock, 0 if line.key.change else line.key.cycle))
    return [
        GroupView(
            title=f"{clock.value.capitalize()}, cycle {cycle}" if cycle else "Changes",
            date=_date(watched, clock.value, cycle, zone),
            notices=tuple(_notice(line, zone) for line in group),
        )
        for (clock, cycle), group in groups
    ]


def _date(watched: Watched, clock: str, cycle: int, zone: ZoneInfo) -> str:
    """Return the date of the cycle that is running; earlier ones are known by their notices only."""
    for series in watched.state.series.values():
        if series.clock.value == clock and series.cycle == cycle:
            return f"ends {instant_text(series.expires_at, zone)}"
    return ""


def _notice(line: Line, zone: ZoneInfo) -> NoticeView:
    return NoticeView(
        title=_title(line),
        standing=line.standing.value,
        standing_text=STANDING_TEXT[line.standing],
        due=instant_text(line.due_at, zone) if line.due_at else "",
        due_at=iso(line.due_at) if line.due_at else "",
        why=line.why,
        sent=_sent(line, zone),
    )


def _title(line: Line) -> str:
    match line.key.event:
        case Event.RESOLVED:
            return "Resolve"
        case Event.CHANGED:
            return "Change"
        case Event.EXPIRED:
            return "Lapse"
        case _:
            return f"{line.key.milestone} day{'s' if line.key.milestone != 1 else ''} before"


def _sent(line: Line, zone: ZoneInfo) -> str:
    row = line.row
    if row is None:
        return ""
    if row.sent_at is not None:
        return f"{instant_text(row.sent_at, zone)}, SNS message {row.sns_message_id}"
    if row.due_at is not None:
        return f"Looked at again {instant_text(row.due_at, zone)}"
    return ""


def facts_of(watched: Watched) -> list[str]:
    """Return what identifies the instance, and how current its dates are."""
    instance, state = watched.instance, watched.state
    read = f"read {instant_text(state.observed_at, instance.zone)}" if state.observed_at else "never read"
    facts = [instance.customer, state.license.fqdn if state.license else None, read, instance.zone.key]
    return [fact for fact in facts if fact]
