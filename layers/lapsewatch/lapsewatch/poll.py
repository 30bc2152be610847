"""Read a batch of PBXs at once and remember what each of them said."""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.license import ABOUT_CREDENTIALS, FailedRead, Reading, Reason
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.reading import Absorbed, absorb
from lapsewatch.domain.state import state_due_at
from lapsewatch.domain.ways import ways_in
from lapsewatch.errors import ConflictError
from lapsewatch.ports import Fleet, Job, MoveCount, Pbx, PollQueue, Secrets, States, Turns

log = logging.getLogger(__name__)

TRIES = 4
TURN = timedelta(seconds=45)
LATE_LANE = timedelta(minutes=2)
"""How much later PBXs are visited that let us wait the last time: until then the others' batches are done."""


@dataclass(frozen=True, slots=True)
class Polling:
    """Everything a poll works with."""

    fleet: Fleet
    states: States
    secrets: Secrets
    pbx: Pbx
    rules: ReminderRules
    queue: PollQueue


@dataclass(slots=True)
class Polled:
    """What became of a batch: counts for the metrics, and the ids to be tried again by the queue."""

    counts: Counter[str] = field(default_factory=Counter)
    failed_ids: list[str] = field(default_factory=list)
    shifts: Counter[int] = field(default_factory=Counter)
    """How many dates moved ahead, by whole days."""

    def follow_up(self, report: Job, remind: Job, turns: Turns, moves: MoveCount, now: datetime) -> None:
        """Have the page rendered if something it shows has moved, and reminders answered that a new date settles.

        The workers of one cycle take turns, or a vendor-wide move would start as many renders as there are batches;
        what comes after a turn waits for the job's own schedule.
        """
        if self.shifts:
            moves.add(self.shifts, now)
        if self.counts["resolves_owed"] and turns.take("remind", now, TURN):
            remind.run_soon()
        if self.counts["changed"] and turns.take("report", now, TURN):
            report.run_soon()


def dispatch(fleet: Fleet, queue: PollQueue) -> Counter[str]:
    """Queue one poll for every enabled instance; the next schedule covers what could not be queued."""
    enabled = [instance.instance_id for instance in fleet.instances() if instance.enabled]
    sent = queue.send(enabled)
    return Counter(dispatched=sent, undispatched=len(enabled) - sent)


def poll(work: Polling, instance_ids: Sequence[str], now: datetime, late: Collection[str] = ()) -> Polled:
    """Read these instances concurrently and store what they said, each as soon as it has answered.

    Those that did not answer in time when last visited are put off, once, to a batch of their own: one of them would
    have the whole batch wait. `late` are those whose turn that is. Ids that are unknown, deleted or paused, that are
    being refreshed, or that are to be left alone for a while are done without a visit. `failed_ids` are those whose
    result could not be stored.
    """
    polled = Polled()
    watched = work.fleet.watched(instance_ids)
    ready = {key: item for key, item in watched.items() if _may_visit(item, now)}
    polled.counts["skipped"] = len(set(instance_ids)) - len(ready)
    put_off = _put_off(work.queue, ready, late)
    polled.counts["put_off"] = len(put_off)
    ready = {key: item for key, item in ready.items() if key not in put_off}
    secrets = work.secrets.of(item.instance for item in ready.values())
    asyncio.run(_poll_all(work, ready.values(), secrets, now, polled))
    return polled


def _may_visit(watched: Watched, now: datetime) -> bool:
    state = watched.state
    resting = state.next_poll_at is not None and now < state.next_poll_at
    return state.enabled and not state.leased(now) and not resting


def _put_off(queue: PollQueue, ready: Mapping[str, Watched], late: Collection[str]) -> set[str]:
    """Queue those that are known to let us wait for the late lane, and return them, unless nobody waits with them."""
    slow = [key for key, item in ready.items() if item.state.reason is Reason.TIMEOUT and key not in late]
    return queue.put_off(slow, LATE_LANE) if 0 < len(slow) < len(ready) else set()


async def _poll_all(
    work: Polling, ready: Iterable[Watched], secrets: Mapping[str, PbxSecret], now: datetime, polled: Polled
) -> None:
    async with asyncio.TaskGroup() as visits:
        for watched in ready:
            visits.create_task(_poll_one(work, watched, secrets.get(watched.instance.instance_id), now, polled))


async def _poll_one(work: Polling, watched: Watched, secret: PbxSecret | None, now: datetime, polled: Polled) -> None:
    instance_id = watched.instance.instance_id
    try:
        reading = await _visit(work, watched, secret, now)
        outcome = await asyncio.to_thread(remember, work, watched, reading, now)
    except Exception:
        log.exception("a poll could not be stored", extra={"instance_id": instance_id})
        polled.counts["failed"] += 1
        polled.failed_ids.append(instance_id)
        return
    polled.counts.update(outcome.counts)
    polled.shifts.update(outcome.shifts)


async def _visit(work: Polling, watched: Watched, secret: PbxSecret | None, now: datetime) -> Reading:
    if secret is None:
        return FailedRead(now, Reason.SECRET_MISSING)
    ways = ways_in(watched.instance.access, secret, watched.state)
    reading = await work.pbx.read(watched.instance, secret, now, lambda: _still_ours(work.fleet, watched, now), ways)
    if isinstance(reading, FailedRead) and reading.reason in ABOUT_CREDENTIALS:
        work.secrets.forget(watched.instance)
    return reading


def _still_ours(fleet: Fleet, watched: Watched, now: datetime) -> bool:
    """Tell whether no refresh has begun: a poll does not fight one for the PBX's only token."""
    latest = fleet.watched([watched.instance.instance_id]).get(watched.instance.instance_id)
    return latest is not None and latest.state.obs_seq == watched.state.obs_seq and not latest.state.leased(now)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What storing a reading came to."""

    counts: Counter[str]
    shifts: tuple[int, ...] = ()


def remember(work: Polling, watched: Watched, reading: Reading, now: datetime) -> Remembered:
    """Store a reading unless a newer one was stored meanwhile; return what happened, for the metrics.

    The fence: the sequence number was read before the PBX was asked, and a reading is stored only while it still
    stands. So a stored reading was made after every reading stored before it.
    """
    fence = watched.state.obs_seq
    latest: Watched | None = watched
    for _ in range(TRIES):
        if latest is None or not latest.state.enabled or latest.state.obs_seq != fence:
            return Remembered(Counter(outdated=1))
        absorbed = absorb(latest.state, reading, work.rules, latest.instance.zone)
        due_at = state_due_at(absorbed.state, work.rules, latest.instance.zone)
        try:
            work.states.record(latest.state, absorbed, due_at, now)
        except ConflictError:
            latest = work.fleet.watched([watched.instance.instance_id]).get(watched.instance.instance_id)
            continue
        return Remembered(_counts(latest, absorbed, reading), absorbed.shifts)
    raise ConflictError(f"{watched.instance.instance_id} kept changing while its reading was stored")


def _counts(before: Watched, absorbed: Absorbed, reading: Reading) -> Counter[str]:
    old, new = before.state, absorbed.state
    counts = Counter(poll_failed=1) if isinstance(reading, FailedRead) else Counter(polled=1)
    counts["resolves_owed"] = len(absorbed.resolves)
    counts["changed"] = int((old.license, old.reason, old.note) != (new.license, new.reason, new.note))
    return counts
