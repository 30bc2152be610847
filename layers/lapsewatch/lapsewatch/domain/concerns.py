"""What is wrong with the watch itself: nobody hears it, a job has stopped, or work was given up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SLACK = timedelta(minutes=10)
"""What a job may be late beyond a run left out: starts are jittered, and a run takes its time."""

SOON = timedelta(days=30)
"""How long before its end a certificate is told of."""
NAMED = 5
"""How many instances a concern names."""


class Name(StrEnum):
    """What may be wrong, for programs."""

    NO_SUBSCRIBER = "no_subscriber"
    SUBSCRIBERS_UNKNOWN = "subscribers_unknown"
    UNROUTED = "unrouted"
    POLL_LATE = "poll_late"
    REMIND_LATE = "remind_late"
    DEAD_LETTERS = "dead_letters"
    DEAD_LETTERS_UNKNOWN = "dead_letters_unknown"
    CERTIFICATES_END = "certificates_end"


LATE = frozenset({Name.POLL_LATE, Name.REMIND_LATE})
REMEDIES = {
    Name.NO_SUBSCRIBER: "Subscribe an address to the topic and confirm it by the link in its mail.",
    Name.SUBSCRIBERS_UNKNOWN: "The log of the report function says why.",
    Name.UNROUTED: "Give them a tag or a customer that a route takes, or give one route `default: true`.",
    Name.POLL_LATE: "See that the poll schedule is enabled, and the logs of the dispatch and poll functions.",
    Name.REMIND_LATE: "See that the remind schedule is enabled, and the log of the remind function.",
    Name.DEAD_LETTERS: "The operations guide says how to look at dead letters and send them on their way again.",
    Name.DEAD_LETTERS_UNKNOWN: "The log of the report function says why.",
    Name.CERTIFICATES_END: "Have them renewed, then give these instances the new CA or pin before reads fail.",
}


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the watch knows about itself; None where that could not be found out."""

    beats: Mapping[str, datetime]
    """When each job last ended well."""
    subscribers: int | None
    """How many subscriptions to the reminders are confirmed."""
    dead_letters: int | None
    """How many messages wait in dead-letter queues."""
    unrouted: tuple[str, ...] = ()
    """The instances whose reminders no route takes, where there are routes."""
    ending: tuple[str, ...] = ()
    """The instances that are trusted by a certificate of their own which ends soon."""


@dataclass(frozen=True, slots=True)
class Paces:
    """How often the scheduled jobs run."""

    poll: timedelta
    remind: timedelta


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is wrong, in words, with what to do about it."""

    name: Name
    text: str
    since: datetime | None = None
    """When a late job last ended well; None if never, or for all else."""

    @property
    def remedy(self) -> str:
        return REMEDIES[self.name]


def concerns(vitals: Vitals, paces: Paces, now: datetime, *, reads: bool) -> tuple[Concern, ...]:
    """Return what is wrong at `now`, the worst first. `reads` tells whether there is any instance to be read."""
    late = _late_jobs(vitals.beats, paces, now, reads=reads)
    return (*_unheard(vitals), *_left_out(vitals), *late, *_given_up(vitals), *_ending(vitals))


def _unheard(vitals: Vitals) -> Iterator[Concern]:
    if vitals.subscribers is None:
        yield Concern(Name.SUBSCRIBERS_UNKNOWN, "Whether anybody receives the reminders could not be found out.")
    elif vitals.subscribers == 0:
        yield Concern(Name.NO_SUBSCRIBER, "Nobody receives the reminders: no subscription is confirmed.")


def _left_out(vitals: Vitals) -> Iterator[Concern]:
    if not vitals.unrouted:
        return
    yield Concern(Name.UNROUTED, f"No route takes the reminders of {_named(vitals.unrouted)}.")


def _ending(vitals: Vitals) -> Iterator[Concern]:
    if vitals.ending:
        text = f"Certificates that are pinned or given as a CA end within {SOON.days} days: {_named(vitals.ending)}."
        yield Concern(Name.CERTIFICATES_END, text)


def _named(ids: Sequence[str]) -> str:
    more = len(ids) - NAMED
    return ", ".join(ids[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _late_jobs(beats: Mapping[str, datetime], paces: Paces, now: datetime, *, reads: bool) -> Iterator[Concern]:
    if is_late(beats.get("remind"), paces.remind, now):
        yield Concern(Name.REMIND_LATE, "Reminders are not being sent", beats.get("remind"))
    if reads and is_late(beats.get("poll"), paces.poll, now):
        yield Concern(Name.POLL_LATE, "PBXs are not being read", beats.get("poll"))


def is_late(last: datetime | None, pace: timedelta, now: datetime) -> bool:
    """Whether a job has left out a whole run."""
    return last is None or now - last > 2 * pace + SLACK


def _given_up(vitals: Vitals) -> Iterator[Concern]:
    waiting = vitals.dead_letters
    if waiting is None:
        yield Concern(Name.DEAD_LETTERS_UNKNOWN, "Whether work was given up could not be found out.")
    elif waiting:
        letters = f"{waiting} message{'s' if waiting != 1 else ''}"
        yield Concern(Name.DEAD_LETTERS, f"Work was given up: {letters} in the dead-letter queues.")
