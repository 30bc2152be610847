"""One clock's reminder series: when the next milestone is due, and what a new date does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.domain.acknowledgement import END_OF_CYCLE, Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import at_hour, days_before, days_left, local_date
from lapsewatch.domain.milestones import EXPIRED, Ladder

JITTER = timedelta(hours=24)
"""Dates nearer than this to the cycle's anchor are the same expiry, told a little differently."""
FLAP_WINDOW = timedelta(hours=24)
LONG_OVERDUE = -30
"""A cycle that opens more overdue than this is history: shown as expired, but nobody is woken for it."""


@dataclass(frozen=True, slots=True)
class Series:
    """The reminders of one clock in one cycle, a cycle being one accepted expiry."""

    clock: Clock
    cycle: int
    anchor: datetime
    """The expiry that opened the cycle; jitter is measured from here, so that drift cannot creep."""
    expires_at: datetime
    claimed: int | None = None
    """The tightest milestone claimed in this cycle; it only ever falls, which is what makes repeats impossible."""
    open_alerts: frozenset[str] = frozenset()
    """Ledger keys of notices that no `resolved` has answered yet, of this cycle and of earlier ones."""
    quiet_until: datetime | None = None
    acknowledged: Acknowledgement | None = None
    closed: Mapping[str, datetime] = field(default_factory=dict)
    """Anchors (ISO) of cycles that ended within the flap window, with when they ended."""
    moved_from: datetime | None = None
    """The expiry that was in force before, if the one that opened the cycle is earlier."""

    def still_wants(self, milestone: int) -> bool:
        """Whether `milestone` is tighter than everything claimed so far."""
        return self.claimed is None or milestone < self.claimed


def crossing(series: Series, milestone: int, zone: ZoneInfo, hour: int) -> datetime:
    """Return the UTC instant at which `milestone` is crossed: the tenant's reminder hour, or the lapse itself."""
    if milestone == EXPIRED:
        return series.expires_at
    return at_hour(days_before(local_date(series.expires_at, zone), milestone), hour, zone)


def tightest_crossed(series: Series, ladder: Ladder, now: datetime, zone: ZoneInfo) -> int | None:
    """Return the tightest milestone whose window today is in, or None while the expiry is further away."""
    if now >= series.expires_at:
        return EXPIRED
    left = days_left(series.expires_at, now, zone)
    return min((days for days in ladder.days if left <= days), default=None)


def passed_over(series: Series, milestone: int, ladder: Ladder, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a tighter milestone was claimed, or is the one that counts now, so that this one is never sent."""
    tightest = [series.claimed, tightest_crossed(series, ladder, now, zone)]
    return any(tighter is not None and tighter < milestone for tighter in tightest)


def due_milestone(series: Series, ladder: Ladder, now: datetime, zone: ZoneInfo, hour: int) -> int | None:
    """Return the milestone that is owed now, or None.

    Only the tightest one counts, even while it waits for the reminder hour: a wider one sent at six in the morning
    would be followed by the right one at eight.
    """
    milestone = tightest_crossed(series, ladder, now, zone)
    if milestone is None or not series.still_wants(milestone):
        return None
    return milestone if _earliest(series, milestone, ladder, zone, hour) <= now else None


def due_at(series: Series, ladder: Ladder, zone: ZoneInfo, hour: int) -> datetime | None:
    """Return the earliest UTC instant at which anything may be due, for the due index; None when nothing is left."""
    return min(_waiting(series, ladder, zone, hour), default=None)


def next_reminder_at(series: Series, ladder: Ladder, now: datetime, zone: ZoneInfo, hour: int) -> datetime | None:
    """Return when the next notice goes out as things stand: `now` if one is owed already, None if none is left."""
    if due_milestone(series, ladder, now, zone, hour) is not None:
        return now
    return min((instant for instant in _waiting(series, ladder, zone, hour) if instant > now), default=None)


def open_series(clock: Clock, expires_at: datetime, now: datetime, zone: ZoneInfo, *, cycle: int = 1) -> Series:
    """Return the series of a first accepted date."""
    return _without_history(Series(clock, cycle, anchor=expires_at, expires_at=expires_at), now, zone)


def is_same_cycle(series: Series, expires_at: datetime) -> bool:
    """Whether `expires_at` only repeats the expiry that opened the cycle."""
    return abs(expires_at - series.anchor) < JITTER


def move(series: Series, expires_at: datetime, now: datetime, zone: ZoneInfo) -> Series:
    """Return the series after an accepted date: the same cycle for jitter, else the next one.

    Open alerts are carried over; whether they can be resolved is `clears`'s question.
    """
    if is_same_cycle(series, expires_at):
        return replace(series, expires_at=expires_at)
    closed = {anchor: at for anchor, at in series.closed.items() if now - at < FLAP_WINDOW}
    flapping = any(abs(datetime.fromisoformat(anchor) - expires_at) < JITTER for anchor in closed)
    closed[series.anchor.isoformat()] = now
    moved = Series(
        clock=series.clock,
        cycle=series.cycle + 1,
        anchor=expires_at,
        expires_at=expires_at,
        open_alerts=series.open_alerts,
        quiet_until=now + FLAP_WINDOW if flapping else None,
        closed=closed,
        moved_from=series.expires_at if expires_at < series.expires_at else None,
    )
    return _without_history(moved, now, zone)


def clears(expires_at: datetime, ladder: Ladder, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a date is so far away that open alerts are answered by it."""
    return days_left(expires_at, now, zone) > ladder.widest


def _without_history(series: Series, now: datetime, zone: ZoneInfo) -> Series:
    if days_left(series.expires_at, now, zone) < LONG_OVERDUE:
        return replace(series, claimed=EXPIRED)
    return series


def held_until(series: Series, milestone: int, ladder: Ladder, zone: ZoneInfo, hour: int) -> datetime | None:
    """Return until when a milestone is held back, by the flap guard or by an acknowledgement; None if it is free.

    Neither ever holds back the last milestone or the lapse.
    """
    if milestone <= ladder.tightest:
        return None
    holds = [series.quiet_until, series.acknowledged and series.acknowledged.ends_at(zone, hour)]
    return max((hold for hold in holds if hold), default=None)


def _waiting(series: Series, ladder: Ladder, zone: ZoneInfo, hour: int) -> list[datetime]:
    """Return when each milestone that may still be claimed could be, but for those silent until the cycle ends."""
    wanted = [milestone for milestone in (*ladder.days, EXPIRED) if series.still_wants(milestone)]
    instants = (_earliest(series, milestone, ladder, zone, hour) for milestone in wanted)
    return [instant for instant in instants if instant < END_OF_CYCLE]


def _earliest(series: Series, milestone: int, ladder: Ladder, zone: ZoneInfo, hour: int) -> datetime:
    instant = crossing(series, milestone, zone, hour)
    return max(instant, held_until(series, milestone, ladder, zone, hour) or instant)
