"""How streaks are spelled in a state: one short text each, as maps would repeat their names in every poll's write."""

from collections.abc import Iterable, Iterator

from lapsewatch.adapters.dynamodb.table import instant_of, stamp
from lapsewatch.domain.streaks import Streak


def streaks_item(streaks: Iterable[Streak]) -> list[str]:
    """Spell streaks such as `2026-06-10T13:00:00Z 12 timeout`."""
    return [f"{stamp(streak.since)} {streak.readings} {streak.outcome}" for streak in streaks]


def streaks_of(texts: Iterable[str]) -> tuple[Streak, ...]:
    """Read streaks. What is none is left out: they are shown only, and no reason to lose sight of an instance."""
    return tuple(_readable(texts))


def _readable(texts: Iterable[str]) -> Iterator[Streak]:
    for text in texts:
        try:
            since, readings, outcome = text.split(" ")
            yield Streak(outcome, instant_of(since), int(readings))
        except (AttributeError, ValueError):
            continue
