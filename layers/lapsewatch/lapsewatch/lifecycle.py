"""Pause, resume, remove and correct an instance. Each is one conditional write, tried again when others interfere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.lifecycle import may_run, removal, without_expiry
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import state_due_at
from lapsewatch.errors import ConflictError, InstanceBusyError, InvalidRequestError, UnknownInstanceError
from lapsewatch.ports import Fleet, States

TRIES = 4


@dataclass(frozen=True, slots=True)
class Operating:
    """Everything an operator's change works with."""

    fleet: Fleet
    states: States
    rules: ReminderRules


def set_enabled(fleet: Fleet, instance_id: str, *, enabled: bool) -> None:
    """Pause or resume an instance. What it still owes is parked, not lost; raises UnknownInstanceError."""
    retried(lambda: fleet.set_enabled(known(fleet, instance_id).instance, enabled=enabled))


def remove(work: Operating, instance_id: str, now: datetime) -> None:
    """Stop watching an instance; whoever was alerted about it is told so. Raises UnknownInstanceError."""

    def once() -> None:
        state = known(work.fleet, instance_id).state
        work.states.retire(state, removal(state), now)

    retried(once)


def accept_no_expiry(work: Operating, instance_id: str, clock: Clock, now: datetime) -> None:
    """End a clock whose PBX gives no date any more; raises InvalidRequestError while there is nothing to accept."""

    def once() -> None:
        watched = known(work.fleet, instance_id)
        if not may_run(watched.state, clock):
            raise InvalidRequestError(f"No {clock} date is known for this instance, so there is none to end.")
        if clock not in watched.state.notes:
            raise InvalidRequestError(f"Its PBX gives a usable {clock} date: correct it there.")
        accepted = without_expiry(watched.state, clock)
        due_at = state_due_at(accepted.state, work.rules, watched.instance.zone)
        work.states.record(watched.state, accepted, due_at, now)

    retried(once)


def known(fleet: Fleet, instance_id: str) -> Watched:
    """Return an instance with its state, or raise UnknownInstanceError."""
    watched = fleet.watched([instance_id]).get(instance_id)
    if watched is None:
        raise UnknownInstanceError(f"There is no instance {instance_id!r}.")
    return watched


def retried(once: Callable[[], None]) -> None:
    """Do something again that lost against another writer; raise InstanceBusyError if it keeps losing."""
    for _ in range(TRIES):
        try:
            return once()
        except ConflictError:
            continue
    raise InstanceBusyError("This instance is being changed at the moment: try again in a few seconds.")
