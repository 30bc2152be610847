"""The timeline's drawing: lanes, points and texts in rem, so that it grows with the letters and needs no width."""

from dataclasses import dataclass
from itertools import pairwise
from math import log2
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages.words import count_of_days, iso, weekday_text
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.timeline import Point, Sign

TOP = 1.6
ROW = 3.1
"""Height of a point with its two lines of text."""
PER_DOUBLING = 0.22
"""What each doubling of the days between two points adds: far is seen to be far, and yet fits a screen."""
FIRST_LANE = 1.1
LANE = 1.5
SIGNS = {
    Sign.SENT: "sent",
    Sign.WAITING: "waiting",
    Sign.COMING: "to come",
    Sign.SILENT: "silent",
    Sign.PAUSED: "paused",
    Sign.SUPERSEDED: "superseded",
    Sign.NOT_SENT: "not sent",
    Sign.FAILED: "failed",
    Sign.UNKNOWN: "perhaps sent",
    Sign.NOW: "",
}


@dataclass(frozen=True, slots=True)
class PointView:
    """One point: where, and its words."""

    x: str
    y: str
    sign: str
    sign_text: str
    clock: str
    shape: str
    """`expiry`, or the sign."""
    title: str
    when: str
    when_at: str
    distance: str


@dataclass(frozen=True, slots=True)
class LaneView:
    """One clock's line, from its first point over now to its expiry."""

    clock: str
    x: str
    top: str
    now: str
    bottom: str


@dataclass(frozen=True, slots=True)
class TimelineView:
    height: str
    text_x: str
    now: PointView
    points: tuple[PointView, ...]
    """In the order of time, without now."""
    lanes: tuple[LaneView, ...]
    everything: tuple[PointView, ...]
    """In the order of time, now among them."""


def timeline_view(detail: Detail) -> TimelineView | None:
    """Return what to draw, or None if no clock has a date."""
    if not detail.points:
        return None
    heights = _heights(detail.points)
    clocks = [clock for clock in Clock if any(point.clock is clock for point in detail.points)]
    lanes = {clock: FIRST_LANE + number * LANE for number, clock in enumerate(clocks)}
    zone = detail.watched.instance.zone
    drawn = [(point, y, _view(point, lanes, y, zone)) for point, y in zip(detail.points, heights, strict=True)]
    now_y = next(y for point, y, _ in drawn if point.clock is None)
    return TimelineView(
        height=_rem(heights[-1] + TOP),
        text_x=_rem(FIRST_LANE + len(lanes) * LANE),
        now=next(view for point, _, view in drawn if point.clock is None),
        points=tuple(view for point, _, view in drawn if point.clock is not None),
        lanes=tuple(_lane(clock, x, [y for p, y, _ in drawn if p.clock is clock], now_y) for clock, x in lanes.items()),
        everything=tuple(view for _, _, view in drawn),
    )


def _heights(points: tuple[Point, ...]) -> list[float]:
    heights = [TOP]
    for one, other in pairwise(points):
        heights.append(heights[-1] + ROW + PER_DOUBLING * log2(1 + max(other.days - one.days, 0)))
    return heights


def _lane(clock: Clock, x: float, ys: list[float], now: float) -> LaneView:
    """Return a lane; what is past and what is to come meet at now, or where the lane begins or ends."""
    return LaneView(clock.value, _rem(x), _rem(min(ys)), _rem(min(max(now, min(ys)), max(ys))), _rem(max(ys)))


def _view(point: Point, lanes: dict[Clock, float], y: float, zone: ZoneInfo) -> PointView:
    return PointView(
        x=_rem(lanes[point.clock]) if point.clock else "",
        y=_rem(y),
        sign=point.sign.value,
        sign_text=f"notice {SIGNS[point.sign]}" if point.is_expiry else SIGNS[point.sign],
        clock=point.clock.value if point.clock else "",
        shape="expiry" if point.is_expiry else point.sign.value,
        title=_title(point, alone=len(lanes) == 1),
        when=weekday_text(point.at, zone),
        when_at=iso(point.at),
        distance=_distance(point.days) if point.clock else "",
    )


def _title(point: Point, *, alone: bool) -> str:
    if point.clock is None:
        return "Now"
    if point.is_expiry:
        return f"{point.clock.capitalize()} ends"
    days = f"{count_of_days(point.milestone or 0)} before"
    return days.capitalize() if alone else f"{point.clock.capitalize()}: {days}"


def _distance(days: int) -> str:
    if days == 0:
        return "today"
    return f"in {count_of_days(days)}" if days > 0 else f"{count_of_days(-days)} ago"


def _rem(length: float) -> str:
    return f"{length:.2f}rem"
