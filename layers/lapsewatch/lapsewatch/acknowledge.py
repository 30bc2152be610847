"""Take note of a cycle, or take that back: one conditional write, tried again when others interfere."""

from dataclasses import replace
from datetime import datetime, timedelta

from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import local_date
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.state import state_due_at
from lapsewatch.errors import InvalidRequestError
from lapsewatch.lifecycle import Operating, known, retried

LONGEST_REASON = 300
FURTHEST = timedelta(days=3 * 366)


def acknowledge(work: Operating, instance_id: str, clock: Clock, taken: Acknowledgement | None, now: datetime) -> None:
    """Silence the INFO and WARNING milestones of the current cycle; None lets them speak again.

    Raises UnknownInstanceError, or InvalidRequestError for a clock without a date or a last day that is over.
    """

    def once() -> None:
        watched = known(work.fleet, instance_id)
        _require_sense(watched, clock, taken, now)
        state = watched.state
        series = {**state.series, clock: replace(state.series[clock], acknowledged=taken)}
        after = replace(state, series=series)
        work.states.correct(state, after, state_due_at(after, work.rules, watched.instance.zone))

    retried(once)


def _require_sense(watched: Watched, clock: Clock, taken: Acknowledgement | None, now: datetime) -> None:
    if clock not in watched.state.series:
        raise InvalidRequestError(f"clock: no {clock} date is known for this instance yet.")
    if taken is None:
        return
    if not 1 <= len(taken.reason) <= LONGEST_REASON or not taken.reason.isprintable():
        raise InvalidRequestError(f"reason: say why in 1 to {LONGEST_REASON} characters on one line.")
    today = local_date(now, watched.instance.zone)
    if taken.until is not None and taken.until < today:
        raise InvalidRequestError(f"until: {taken.until} is over; give today ({today}) or a later day, or none at all.")
    if taken.until is not None and taken.until > today + FURTHEST:
        raise InvalidRequestError(f"until: {taken.until} is too far away; give a day within three years, or none.")
