"""The ladders: how many days before an expiry somebody is told, and how loudly."""

from collections.abc import Iterable
from dataclasses import dataclass

from lapsewatch.domain.clocks import Clock, Severity

EXPIRED = 0
"""The milestone of the lapse itself: the tightest of every ladder, due once the instant has passed."""

WIDEST_ALLOWED = 366


@dataclass(frozen=True, slots=True)
class Ladder:
    """The milestones of one clock in days, widest first, without the lapse."""

    days: tuple[int, ...]

    @property
    def widest(self) -> int:
        return self.days[0]

    @property
    def tightest(self) -> int:
        return self.days[-1]

    def severity(self, milestone: int) -> Severity:
        """Return CRITICAL for the lapse and the last milestone, WARNING for the last but one, INFO for wider ones.

        A milestone that is no longer on the ladder (the setting changed) speaks as the next tighter one that is.
        """
        tighter = sum(1 for days in self.days if days < milestone)
        return (Severity.CRITICAL, Severity.WARNING)[tighter] if tighter < 2 else Severity.INFO  # noqa: PLR2004


def ladder_of(days: Iterable[int]) -> Ladder:
    """Return the ladder of these days in any order; raise ValueError for none, duplicates or days out of range."""
    given = list(days)
    if not given:
        raise ValueError("name at least one milestone")
    if len(set(given)) != len(given):
        raise ValueError("a milestone is named twice")
    if min(given) < 1 or max(given) > WIDEST_ALLOWED:
        raise ValueError(f"a milestone is a number of days from 1 to {WIDEST_ALLOWED}")
    return Ladder(tuple(sorted(given, reverse=True)))


def ladder_from(text: str) -> Ladder:
    """Read a ladder such as `10,3,1`; raise ValueError that says what is accepted."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("give whole days separated by commas, such as 10,3,1")
    return ladder_of(int(part) for part in parts)


DEFAULT_LADDERS: dict[Clock, Ladder] = {
    Clock.LICENSE: ladder_of((10, 3, 1)),
    Clock.MAINTENANCE: ladder_of((60, 30, 7)),
}


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """The reminder settings in force: a ladder per clock, and the hour of the tenant's day to speak at."""

    ladders: dict[Clock, Ladder]
    hour: int


DEFAULT_RULES = ReminderRules(ladders=DEFAULT_LADDERS, hour=8)
