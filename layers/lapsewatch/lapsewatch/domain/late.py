"""What comes too late: triggers whose cycle ended on their way, and resolves of one that another has followed."""

from collections.abc import Callable, Mapping

from lapsewatch.domain.fields import clock_of, number, text
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.messages import Message, Told, Trigger
from lapsewatch.domain.state import InstanceState

type Outrun = Callable[[Told], bool]
"""Whether readers were told of something since that a resolve does not answer."""


def is_late(trigger: Trigger, state: InstanceState | None) -> bool:
    """Whether the cycle of a trigger is over. A state that cannot be read proves nothing, so it is not."""
    return state is not None and not state.in_cycle(trigger.clock, trigger.cycle)


def may_be_outrun(resolve: Told, state: InstanceState | None) -> bool:
    """Whether something is claimed that a resolve does not answer: if it was told, to resolve now would close it."""
    clock, cycle = clock_of(resolve.document), number(resolve.document, "cycle")
    if state is None or clock is None or cycle is None or clock not in state.series:
        return False
    series = state.series[clock]
    return series.cycle >= cycle and series.claimed is not None


def asked_about(message: Message) -> set[str]:
    """Return the instances whose states decide about a message."""
    asked = (told for told in message.notices if told.event is not Event.CHANGED)
    return {name for told in asked if (name := text(told.document, "instance_id"))}


def without_late(message: Message, states: Mapping[str, InstanceState], outrun: Outrun) -> Message | None:
    """Return a message without what is late; None if nothing else is in it."""
    kept = tuple(notice for notice in message.notices if not _is_late(notice, states, outrun))
    return message.narrowed(kept) if kept or not message.notices else None


def _is_late(notice: Told, states: Mapping[str, InstanceState], outrun: Outrun) -> bool:
    state = states.get(text(notice.document, "instance_id"))
    if notice.trigger is not None:
        return is_late(notice.trigger, state)
    return notice.event is Event.RESOLVED and may_be_outrun(notice, state) and outrun(notice)
