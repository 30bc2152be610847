"""Both clocks of an instance in the order of time: every milestone, every expiry, and now between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import days_left
from lapsewatch.domain.explanation import Line, Standing
from lapsewatch.domain.milestones import EXPIRED, ReminderRules
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.series import held_until, passed_over
from lapsewatch.domain.state import speaking_series


class Sign(StrEnum):
    """How a point is drawn: where its notice stands, with the reasons told apart that a glance should tell apart."""

    SENT = "sent"
    WAITING = "waiting"
    COMING = "coming"
    SILENT = "silent"
    PAUSED = "paused"
    SUPERSEDED = "superseded"
    NOT_SENT = "not_sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Point:
    """One instant of the timeline."""

    at: datetime
    days: int
    """Calendar days from today in the tenant's zone; negative when it is past."""
    sign: Sign
    clock: Clock | None = None
    """None for now itself."""
    milestone: int | None = None

    @property
    def is_expiry(self) -> bool:
        return self.milestone == EXPIRED


def timeline(lines: Iterable[Line], watched: Watched, rules: ReminderRules, now: datetime) -> tuple[Point, ...]:
    """Return the points of the cycles that are running, earliest first; nothing at all without a date.

    A clock that another one speaks for has no milestones of its own, only its expiry.
    """
    points = sorted(_points(lines, watched, rules, now), key=lambda point: (point.at, point.clock or ""))
    if not points:
        return ()
    passed = [point for point in points if point.at <= now]
    return (*passed, Point(now, 0, Sign.NOW), *points[len(passed) :])


def _points(lines: Iterable[Line], watched: Watched, rules: ReminderRules, now: datetime) -> Iterator[Point]:
    zone = watched.instance.zone
    speaking = speaking_series(watched.state, zone)
    for line in lines:
        at, series, milestone = line.due_at, watched.state.series.get(line.key.clock), line.key.milestone
        if at is None or series is None or milestone is None:
            continue
        if series in speaking or milestone == EXPIRED:
            ladder = rules.ladders[series.clock]
            held = held_until(series, milestone, ladder, zone, rules.hour)
            sign = _sign(
                line.standing,
                superseded=passed_over(series, milestone, ladder, now, zone),
                paused=not watched.state.enabled,
                silent=held is not None and held > max(at, now),
                due=at <= now,
            )
            yield Point(at, days_left(at, now, zone), sign, line.key.clock, milestone)


def _sign(standing: Standing, *, superseded: bool, paused: bool, silent: bool, due: bool) -> Sign:
    if standing is Standing.NOT_SENT and superseded:
        return Sign.SUPERSEDED
    if standing is not Standing.COMING:
        return Sign(standing.value)
    if paused:
        return Sign.PAUSED
    if silent:
        return Sign.SILENT
    return Sign.WAITING if due else Sign.COMING
