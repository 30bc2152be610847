"""What changed lately, as flags beside an instance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages.words import MONTHS
from lapsewatch.domain.changes import JUMP, JUMPS, Recent
from lapsewatch.domain.days import local_date

NAMES = {
    "FQDN": "identity",
    "license key": "license key",
    "edition": "edition",
    "simultaneous calls": "simultaneous calls",
    "seats": "seat limit",
    "reseller": "reseller",
}
"""What a fact is called beside an instance. Nothing else is, so that no stored text ever stands there."""
JUMPED = {jump: date for date, jump in JUMPS.items()}


@dataclass(frozen=True, slots=True)
class ChangedView:
    """One flag: `changed`, or `jump` for a date that is hardly true."""

    kind: str
    text: str

    @property
    def icon(self) -> str:
        return "critical" if self.kind == "jump" else "changed"


def changed_views(changed: Sequence[Recent], zone: ZoneInfo) -> tuple[ChangedView, ...]:
    """Return the flags: dates that jumped first, then what changed on each day, the latest day first."""
    if not changed:
        return ()
    known = [change for change in changed if change.fact in NAMES or change.fact in JUMPED]
    jumps = (ChangedView("jump", _jump(change, zone)) for change in known if change.fact in JUMPED)
    days = groupby((change for change in known if change.fact not in JUMPED), key=lambda change: _day(change, zone))
    return (*jumps, *(ChangedView("changed", f"{_facts(group)} changed {day}") for day, group in days))


def _jump(change: Recent, zone: ZoneInfo) -> str:
    return f"{JUMPED[change.fact].capitalize()} jumped over {JUMP.days} days ahead {_day(change, zone)}"


def _facts(changed: Iterable[Recent]) -> str:
    text = ", ".join(NAMES[change.fact] for change in changed)
    return text[:1].upper() + text[1:]


def _day(change: Recent, zone: ZoneInfo) -> str:
    day = local_date(change.at, zone)
    return f"{MONTHS[day.month - 1][:3]} {day.day}"
