"""Why a row of the ledger waits, was sent or was not: one sentence, and no more than the row knows."""

from enum import StrEnum

from lapsewatch.domain.ledger import Answer, Event, LedgerRow, RowState
from lapsewatch.domain.series import Series
from lapsewatch.domain.state import InstanceState


class Held(StrEnum):
    """What keeps a row from going out that would else be due."""

    SILENT = "silent"
    OVERTAKEN = "overtaken"
    MOVED_BACK = "moved_back"


SETTLED_WHY = {
    RowState.SENT: "Sent.",
    RowState.SUPERSEDED: "Not sent: a tighter milestone was due before it went out, and took its place.",
    RowState.DEAD: "Not sent: SNS refused it for good; the log of the remind function says why.",
}
HELD_WHY = {
    Held.SILENT: "Waiting: somebody acknowledged this cycle after it was claimed.",
    Held.OVERTAKEN: "Waiting: a tighter milestone has been crossed, and is going to take its place.",
    Held.MOVED_BACK: "Waiting: the date has moved back since, so that nothing is renewed.",
}
RESOLVE_WHY = {
    Answer.RENEWED: "A new date settled the reminders before it.",
    Answer.REMOVED: "The instance was removed.",
    Answer.NO_EXPIRY: "An operator accepted that the PBX gives no date any more.",
}


def cycle_of(row: LedgerRow, state: InstanceState) -> Series | None:
    """Return the series of a row's cycle, if that is running still."""
    series = state.series.get(row.key.clock)
    return series if series is not None and series.cycle == row.key.cycle else None


def why_settled(row: LedgerRow, state: InstanceState) -> str:
    if row.state in SETTLED_WHY:
        return SETTLED_WHY[row.state]
    overtaken = _overtaken(row, state)
    if row.state is RowState.CANCELLED:
        return f"Not sent: {overtaken}."
    return f"Perhaps sent: SNS was tried {_times(row.attempts)}, without a record of how it ended; then {overtaken}."


def _overtaken(row: LedgerRow, state: InstanceState) -> str:
    """Say why a notice was not owed any more, as far as its row tells."""
    if row.key.change:
        return "the instance was removed"
    if row.key.event is Event.RESOLVED:
        return "none of the reminders that it settles had gone out"
    if cycle_of(row, state):
        return "a tighter milestone took its place"
    if row.state is RowState.CANCELLED:
        return "the date moved, was accepted as gone, or the instance was removed before it went out"
    return "a tighter milestone took its place, or its cycle ended"


def why_waiting(row: LedgerRow, state: InstanceState, held: Held | None) -> str:
    if not state.enabled and not state.deleted:
        return "Waiting: the instance is paused; it is looked at again when it is resumed."
    if row.lease_owner is not None:
        return "Being sent right now, or a run died on it; the next run after its lease takes over."
    if held is not None:
        return HELD_WHY[held]
    if row.attempts > 0:
        return f"Waiting: SNS did not take it {_times(row.attempts)}; it is tried again."
    if row.key.event is Event.RESOLVED:
        return "Waiting: it goes out once every reminder that it settles has an end."
    return "Waiting: it goes out with the next run."


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
