"""Somebody's list of keys against the PBXs that are watched. Pure; keys are masked from here on."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lapsewatch.domain.days import local_date
from lapsewatch.domain.license import masked
from lapsewatch.domain.overview import Watched, driving_clock

from cli.fleet.keys import ListedKey

TOLERATED_DAYS = 1
"""A list that counts days elsewhere may be a day off."""


class Kind(StrEnum):
    """What does not fit together, the worst first."""

    NOT_WATCHED = "not_watched"
    PAUSED = "paused"
    DATES_DISAGREE = "dates_disagree"
    SHARED_KEY = "shared_key"
    NOT_LISTED = "not_listed"
    KEY_UNKNOWN = "key_unknown"
    LISTED_TWICE = "listed_twice"


WORDS = {
    Kind.NOT_WATCHED: "No PBX that is watched has this key.",
    Kind.PAUSED: "The PBX with this key is paused.",
    Kind.DATES_DISAGREE: "The PBX gives another date.",
    Kind.SHARED_KEY: "Several PBXs have this key.",
    Kind.NOT_LISTED: "The key of this PBX is not on the list.",
    Kind.KEY_UNKNOWN: "The key of this PBX is not known yet.",
    Kind.LISTED_TWICE: "The list has this key more than once.",
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that does not fit."""

    kind: Kind
    key: str
    """Masked; empty if it is not known."""
    instances: tuple[str, ...] = ()
    listed_on: date | None = None
    read_on: date | None = None


def reconciled(listed: Iterable[ListedKey], fleet: Iterable[Watched], *, whole: bool) -> list[Mismatch]:
    """Return what does not fit. `whole` says that the list has every key, not only those that end soon."""
    keys = list(listed)
    by_key: dict[str, list[Watched]] = {}
    nameless = []
    for watched in fleet:
        key = watched.state.license.key if watched.state.license else None
        if key:
            by_key.setdefault(key.strip().upper(), []).append(watched)
        else:
            nameless.append(watched)
    found = [
        *(mismatch for item in dict.fromkeys(keys) for mismatch in _of_listed(item, by_key.get(item.key, []))),
        *_of_list(keys),
        *_of_fleet(by_key, keys, whole=whole),
        *(Mismatch(Kind.KEY_UNKNOWN, "", _ids([watched])) for watched in nameless),
    ]
    order = list(Kind)
    return sorted(found, key=lambda mismatch: (order.index(mismatch.kind), mismatch.instances, mismatch.key))


def _of_listed(item: ListedKey, there: list[Watched]) -> Iterator[Mismatch]:
    key = masked(item.key)
    if not there:
        yield Mismatch(Kind.NOT_WATCHED, key, listed_on=item.expires_on)
    elif not any(watched.state.enabled for watched in there):
        yield Mismatch(Kind.PAUSED, key, _ids(there), item.expires_on)
    for watched in there:
        read_on = _read_on(watched)
        if item.expires_on and read_on and abs((item.expires_on - read_on).days) > TOLERATED_DAYS:
            yield Mismatch(Kind.DATES_DISAGREE, key, _ids([watched]), item.expires_on, read_on)


def _of_list(keys: list[ListedKey]) -> Iterator[Mismatch]:
    counted = Counter(item.key for item in keys)
    yield from (Mismatch(Kind.LISTED_TWICE, masked(key)) for key, times in counted.items() if times > 1)


def _of_fleet(by_key: dict[str, list[Watched]], keys: list[ListedKey], *, whole: bool) -> Iterator[Mismatch]:
    known = {item.key for item in keys}
    latest = max((item.expires_on for item in keys if item.expires_on), default=None)
    for key, there in by_key.items():
        if len(there) > 1:
            yield Mismatch(Kind.SHARED_KEY, masked(key), _ids(there))
        read_on = _read_on(there[0])
        expected = whole or (read_on is not None and latest is not None and read_on <= latest)
        if key not in known and expected:
            yield Mismatch(Kind.NOT_LISTED, masked(key), _ids(there), read_on=read_on)


def _read_on(watched: Watched) -> date | None:
    """Return the day that counts for an instance: of a perpetual license, that of its maintenance."""
    _, ends_at = driving_clock(watched.state)
    return None if ends_at is None else local_date(ends_at, watched.instance.zone)


def _ids(there: list[Watched]) -> tuple[str, ...]:
    return tuple(sorted(watched.instance.instance_id for watched in there))
