"""Triggers that come too late: their cycle ended while they were on their way."""

from collections.abc import Mapping

from lapsewatch.domain.messages import Message, Told, Trigger
from lapsewatch.domain.state import InstanceState


def is_late(trigger: Trigger, state: InstanceState | None) -> bool:
    """Whether the cycle of a trigger is over. A state that cannot be read proves nothing, so it is not."""
    return state is not None and not state.in_cycle(trigger.clock, trigger.cycle)


def without_late(message: Message, states: Mapping[str, InstanceState]) -> Message | None:
    """Return a message without its late triggers; None if nothing else is in it."""
    kept = tuple(notice for notice in message.notices if not _is_late(notice, states))
    return message.narrowed(kept) if kept or not message.notices else None


def _is_late(notice: Told, states: Mapping[str, InstanceState]) -> bool:
    return notice.trigger is not None and is_late(notice.trigger, states.get(notice.trigger.instance_id))
