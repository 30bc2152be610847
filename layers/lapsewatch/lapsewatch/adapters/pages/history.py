"""What observations changed, and what readings came to, as the page of an instance tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages.words import count_of_days, instant_text, iso
from lapsewatch.domain.changes import Change, Entry
from lapsewatch.domain.license import title_of
from lapsewatch.domain.streaks import GOOD, UNUSABLE_DATE, Streak

NAMES = {"FQDN": "Identity (FQDN)"}
OUTCOMES = {GOOD: "Good", UNUSABLE_DATE: "Good, but a date was unusable"}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One fact, before and after."""

    fact: str
    before: str
    after: str
    moved: str
    """By how many days a date moved; empty for all else."""
    jumps: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """What one observation changed."""

    at: str
    when: str
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class StreakView:
    """Readings in a row with one outcome: `good`, `noted` or `failed`."""

    kind: str
    text: str
    since: str
    since_at: str
    readings: str


def entry_views(history: Iterable[Entry], zone: ZoneInfo) -> list[EntryView]:
    """Return the history in its order."""
    return [
        EntryView(iso(entry.at), instant_text(entry.at, zone), tuple(_change(c, zone) for c in entry.changes))
        for entry in history
    ]


def streak_views(streaks: Iterable[Streak], zone: ZoneInfo) -> list[StreakView]:
    """Return the streaks in their order."""
    return [
        StreakView(
            kind={GOOD: "good", UNUSABLE_DATE: "noted"}.get(streak.outcome, "failed"),
            text=OUTCOMES.get(streak.outcome) or f"Failed: {title_of(streak.outcome)}",
            since=instant_text(streak.since, zone),
            since_at=iso(streak.since),
            readings=f"{streak.readings:,}",
        )
        for streak in streaks
    ]


def _change(change: Change, zone: ZoneInfo) -> ChangeView:
    moved = change.moved
    return ChangeView(
        fact=NAMES.get(change.fact, change.fact[:1].upper() + change.fact[1:]),
        before=change.before if moved is None else _instant(change.before, zone),
        after=change.after if moved is None else _instant(change.after, zone),
        moved="" if moved is None else _shift(moved.days),
        jumps=change.jumps,
    )


def _shift(days: int) -> str:
    return f"{'+' if days >= 0 else '\u2212'}{count_of_days(abs(days))}"


def _instant(text: str, zone: ZoneInfo) -> str:
    return instant_text(datetime.fromisoformat(text), zone)
