"""What is different from the last observation, and which of it is news to somebody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lapsewatch.domain.editions import edition_label, edition_rank
from lapsewatch.domain.license import SHOWN, License, masked
from lapsewatch.domain.series import JITTER

FORGOTTEN_AFTER = timedelta(hours=24)
"""A value that comes back within this after it was left is recorded, but is no news: it flaps."""
LICENSE_DATE = "license date"
MAINTENANCE_DATE = "maintenance date"
DATES = frozenset({LICENSE_DATE, MAINTENANCE_DATE})
"""These are recorded; the reminders and resolves of their clocks speak for them."""
OWNERSHIP = frozenset({"license key", "reseller"})
EDITION = "edition"
SIZES = frozenset({"simultaneous calls", "seats"})
RECENT = timedelta(days=14)
"""How long a change is flagged where the instance is shown."""
JUMP = timedelta(days=400)
"""A date that moves further ahead than this in one reading may be a lie that silences reminders: it is flagged too."""
JUMPS = {LICENSE_DATE: "license date jump", MAINTENANCE_DATE: "maintenance date jump"}


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is different, in words; license keys are masked."""

    fact: str
    before: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.fact}: was {self.before}, is now {self.after}"

    @property
    def falls(self) -> bool:
        """Whether it makes the license smaller: fewer calls or seats, or a lesser edition."""
        before, after = _rank(self.fact, self.before), _rank(self.fact, self.after)
        return before is not None and after is not None and after < before

    @property
    def moved(self) -> timedelta | None:
        """By how much a date moved, ahead if positive; None for all else."""
        if self.fact not in DATES:
            return None
        try:
            return datetime.fromisoformat(self.after) - datetime.fromisoformat(self.before)
        except (TypeError, ValueError):
            return None

    @property
    def jumps(self) -> bool:
        return self.moved is not None and self.moved > JUMP


@dataclass(frozen=True, slots=True)
class Recent:
    """A fact that changed lately."""

    fact: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What one observation changed."""

    at: datetime
    changes: tuple[Change, ...]


def changes(before: License | None, after: License) -> tuple[Change, ...]:
    """Return what two observations say differently; what the first one never said is no change."""
    if before is None:
        return ()
    return tuple(_different(before, after))


def news(found: tuple[Change, ...], left: Mapping[str, datetime], now: datetime) -> bool:
    """Tell whether somebody should hear of these changes: not of dates, and not of what flaps."""
    return any(
        change.fact not in DATES and not _fresh(left.get(_mark(change.fact, change.after)), now) for change in found
    )


def left_behind(found: tuple[Change, ...], left: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """Return the values that were left lately, these changes included."""
    kept = {mark: at for mark, at in left.items() if _fresh(at, now)}
    return kept | {_mark(change.fact, change.before): now for change in found if change.fact not in DATES}


def fallen(found: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes by which the license fell to a smaller tier."""
    return tuple(change for change in found if change.falls)


def changed_lately(found: tuple[Change, ...], known: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """Return the facts that changed lately with when they last did, these changes included.

    An ordinary renewal is none of them; a date that jumps is.
    """
    kept = {fact: at for fact, at in known.items() if now - at < RECENT}
    facts = (JUMPS.get(change.fact, change.fact) for change in found if change.fact not in DATES or change.jumps)
    return kept | dict.fromkeys(facts, now)


def recent(known: Mapping[str, datetime], now: datetime) -> tuple[Recent, ...]:
    """Return what of that is recent still, the latest first."""
    found = (Recent(fact, at) for fact, at in known.items() if now - at < RECENT)
    return tuple(sorted(found, key=lambda change: (-change.at.timestamp(), change.fact)))


def renewed_elsewhere(found: tuple[Change, ...]) -> bool:
    """Tell whether the license got a later date together with another key or reseller."""
    later = any(change.fact == LICENSE_DATE and change.after > change.before for change in found)
    return later and any(change.fact in OWNERSHIP for change in found)


def _different(before: License, after: License) -> Iterator[Change]:
    for fact, old, new in _facts(before, after):
        if old and new and old != new:
            yield Change(fact, old, new)


def _facts(before: License, after: License) -> Iterator[tuple[str, str, str]]:
    yield EDITION, edition_label(before.product_code) or "", edition_label(after.product_code) or ""
    yield "simultaneous calls", _number(before.sim_calls), _number(after.sim_calls)
    yield "seats", _number(before.seats.limit), _number(after.seats.limit)
    yield "reseller", before.reseller or "", after.reseller or ""
    yield "FQDN", before.fqdn or "", after.fqdn or ""
    if before.key and after.key and before.key != after.key:
        old, new = masked(before.key), masked(after.key)
        yield "license key", old, new if new != old else f"another one that ends in {new[-SHOWN:]} too"
    yield from _date(LICENSE_DATE, before.expires_at, after.expires_at)
    yield from _date(MAINTENANCE_DATE, before.maintenance_expires_at, after.maintenance_expires_at)


def _date(fact: str, before: datetime | None, after: datetime | None) -> Iterator[tuple[str, str, str]]:
    """Yield a date that moved; one that only jitters says the same thing a little differently."""
    if before and after and abs(after - before) >= JITTER:
        yield fact, _instant(before), _instant(after)


def _rank(fact: str, value: str) -> int | None:
    if fact == EDITION:
        return edition_rank(value)
    return int(value) if fact in SIZES and value.isdecimal() else None


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _mark(fact: str, value: str) -> str:
    return f"{fact}={value}"


def _fresh(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at < FORGOTTEN_AFTER
