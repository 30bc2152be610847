"""What the last readings came to: one line for all in a row that came to the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import dropwhile, takewhile

GOOD = "good"
UNUSABLE_DATE = "unusable_date"
"""The outcome of a reading that is good but for a date."""
AS_GOOD = frozenset({GOOD, UNUSABLE_DATE})
MOST = 10


@dataclass(frozen=True, slots=True)
class Streak:
    """Readings in a row with one outcome: GOOD, UNUSABLE_DATE, or the reason why they failed."""

    outcome: str
    since: datetime
    readings: int = 1


def lengthened(streaks: Iterable[Streak], outcome: str, at: datetime) -> tuple[Streak, ...]:
    """Return the streaks after one more reading, the latest first; the oldest is forgotten beyond MOST."""
    known = tuple(streaks)
    if known and known[0].outcome == outcome:
        return (replace(known[0], readings=known[0].readings + 1), *known[1:])
    return (Streak(outcome, at), *known)[:MOST]


def up_to_good(streaks: Iterable[Streak]) -> tuple[Streak, ...]:
    """Return the streaks from the last good reading on: what failed after it is forgotten."""
    return tuple(dropwhile(lambda streak: streak.outcome not in AS_GOOD, streaks))


def since_good(streaks: Iterable[Streak], outcomes: Collection[str]) -> int:
    """Return how many readings since the last good one came to any of these outcomes."""
    failures = takewhile(lambda streak: streak.outcome not in AS_GOOD, streaks)
    return sum(streak.readings for streak in failures if streak.outcome in outcomes)
