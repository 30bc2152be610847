"""Refresh one instance at somebody's request: the PBX asks 3CX, is read again, and both dates are told."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from lapsewatch.domain.bands import band_of
from lapsewatch.domain.days import days_left, local_date
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import ABOUT_CREDENTIALS, FailedRead, Observation, Reading, Reason
from lapsewatch.domain.overview import Watched, driving_clock
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.status import Band
from lapsewatch.domain.ways import known_way, ways_in
from lapsewatch.errors import (
    ConflictError,
    InstanceBusyError,
    RefreshTooSoonError,
    RefreshUnsupportedError,
    UnknownInstanceError,
)
from lapsewatch.poll import TRIES, Polling, remember
from lapsewatch.ports import Job, PollQueue

PAUSE = timedelta(seconds=60)
"""The shortest time between two refreshes of one instance."""
LEASE = timedelta(seconds=35)
"""Longer than the API function can run, so that a refresh never outlives its lease."""
PATIENCE = 10.0
"""Seconds for the PBX to show a new date after it accepted the refresh."""
UNSUPPORTED = (
    "Versions 16 and 18 cannot be told to ask for their license: press Refresh License Key Information in the "
    "settings of the PBX; what it then shows is read with the next poll."
)


@dataclass(frozen=True, slots=True)
class Side:
    """The date that counts, before or after."""

    expires_at: datetime | None
    expires_on: date | None
    days_left: int | None
    band: Band


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did. `reason` tells why the PBX could not be refreshed; then nothing has changed.

    `pending` says that the PBX was asked and is still at it: a poll reads it later, and nothing has changed yet.
    """

    instance_id: str
    before: Side
    after: Side
    changed: bool
    resolved: bool
    reason: Reason | None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Refreshing:
    """Everything a refresh works with."""

    polling: Polling
    render: Job
    remind: Job
    queue: PollQueue


def refresh(work: Refreshing, instance_id: str, now: datetime) -> Refreshed:
    """Refresh one instance and say honestly whether its date moved.

    Raises UnknownInstanceError, RefreshTooSoonError (with the seconds to wait), InstanceBusyError or
    RefreshUnsupportedError.
    """
    # 1. Take the PBX's only token; every poll that began before this is fenced off.
    watched = _known(work.polling, instance_id)
    if known_way(watched.instance.access, watched.state) is Access.LEGACY:
        raise RefreshUnsupportedError(UNSUPPORTED)
    fenced = _begin(work.polling, watched, now)
    # 2. Have the PBX ask the vendor, and read it again.
    reading = asyncio.run(_visit(work.polling, fenced, now))
    if _is_still_at_it(reading):
        return _left_to_a_poll(work, watched, now)
    # 3. Store what it said; a resolve that the new date owes is created in the same write.
    outcome = remember(work.polling, fenced, reading, now).counts
    # 4. Tell those who were reminded of the old date, and show the new one.
    if outcome["resolves_owed"]:
        work.remind.run_soon()
    work.render.run_now()
    if isinstance(reading, Observation) and reading.way is Access.LEGACY:
        raise RefreshUnsupportedError(UNSUPPORTED)
    after = _known(work.polling, instance_id)
    before_side, after_side = side_of(watched, now), side_of(after, now)
    return Refreshed(
        instance_id=instance_id,
        before=before_side,
        after=after_side,
        changed=before_side.expires_at != after_side.expires_at,
        resolved=outcome["resolves_owed"] > 0,
        reason=reading.reason if isinstance(reading, FailedRead) else None,
    )


def side_of(watched: Watched, now: datetime) -> Side:
    """Return the date that counts as it stands in a state."""
    zone = watched.instance.zone
    _, expires_at = driving_clock(watched.state)
    active = watched.state.license.active if watched.state.license else None
    return Side(
        expires_at=expires_at,
        expires_on=None if expires_at is None else local_date(expires_at, zone),
        days_left=None if expires_at is None else days_left(expires_at, now, zone),
        band=band_of(expires_at, active=active, now=now, zone=zone),
    )


def _known(polling: Polling, instance_id: str) -> Watched:
    watched = polling.fleet.watched([instance_id]).get(instance_id)
    if watched is None:
        raise UnknownInstanceError(f"There is no instance {instance_id!r}.")
    return watched


def _is_still_at_it(reading: Reading) -> bool:
    """Tell whether the PBX took the refresh and only did not answer in time."""
    return isinstance(reading, FailedRead) and reading.asked and reading.reason is Reason.TIMEOUT


def _left_to_a_poll(work: Refreshing, watched: Watched, now: datetime) -> Refreshed:
    """Leave the PBX alone until the lease has run out by itself, and then have a poll see what came of it."""
    instance_id, side = watched.instance.instance_id, side_of(watched, now)
    work.queue.send_later(instance_id, LEASE)
    return Refreshed(instance_id, side, side, changed=False, resolved=False, reason=None, pending=True)


def _begin(polling: Polling, watched: Watched, now: datetime) -> Watched:
    """Take the token, or say why not. Of any number at once, one gets it and the others are told to wait."""
    for _ in range(TRIES):
        state = watched.state
        if not state.enabled:
            raise InstanceBusyError("This instance is paused: enable it to refresh it.")
        _heed(state, now)
        if state.refresh_at is not None and now < state.refresh_at + PAUSE:
            raise RefreshTooSoonError(int((state.refresh_at + PAUSE - now).total_seconds()) + 1)
        try:
            return Watched(watched.instance, polling.states.begin_refresh(state, now, now + LEASE))
        except ConflictError:
            watched = _known(polling, watched.instance.instance_id)
    raise InstanceBusyError("This instance is being read at the moment: try again in a few seconds.")


def _heed(state: InstanceState, now: datetime) -> None:
    """Leave a PBX alone that is to be left alone, whoever asks."""
    if state.next_poll_at is None or now >= state.next_poll_at:
        return
    if state.reason in ABOUT_CREDENTIALS:
        # 3CX blocks an address after a few bad logins, and with ours every PBX would be cut off.
        raise InstanceBusyError("3CX refused these credentials several times: enter them again before a refresh.")
    raise RefreshTooSoonError(ceil((state.next_poll_at - now).total_seconds()), "The PBX asked to be left alone")


async def _visit(polling: Polling, watched: Watched, now: datetime) -> Reading:
    secret = polling.secrets.of([watched.instance]).get(watched.instance.instance_id)
    if secret is None:
        return FailedRead(now, Reason.SECRET_MISSING)
    ways = ways_in(watched.instance.access, secret, watched.state)
    reading = await polling.pbx.refresh(watched.instance, secret, now, watched.state.license, PATIENCE, ways)
    if isinstance(reading, FailedRead) and reading.reason in ABOUT_CREDENTIALS:
        polling.secrets.forget(watched.instance)
    return reading
