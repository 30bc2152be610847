"""What nobody acknowledges goes on to the next route: whether it is time for that, and what is said then."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.messages import Document, Message, Told, Trigger
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.routes import News, Route, Step, Subject, routes_for
from lapsewatch.domain.state import InstanceState

ESCALATED = "ESCALATED: "
REACHED = frozenset({Standing.DELIVERED, Standing.BY_TOPIC})


class Verdict(StrEnum):
    """What to do about a hand-over whose time has come."""

    ESCALATE = "escalate"
    OVER = "over"
    WAIT = "wait"


def step_of(key: HandoverKey, instance: Instance | None, routes: Mapping[str, Route]) -> Step | None:
    """Return where a hand-over goes on to; of a route that has gone or has another name, as of those that may be it."""
    if key.route in routes or instance is None:
        steps = [routes[key.route].escalation] if key.route in routes else []
    else:
        subject = Subject(News.REMINDER, Severity.CRITICAL, instance.customer, key.row.clock, instance.tags)
        steps = [route.escalation for route in routes_for(subject, routes.values())]
    return next((step for step in steps if step is not None and step.to in routes), None)


def judge(handover: Handover, state: InstanceState, zone: ZoneInfo, hour: int, now: datetime) -> Verdict:
    """Decide by the state as it is now: neither a renewal nor an acknowledgement is talked over."""
    row = handover.key.row
    if not state.in_cycle(row.clock, row.cycle):
        return Verdict.OVER
    taken = state.series[row.clock].acknowledged
    if taken is not None and _answers(taken, handover, zone, hour, now):
        return Verdict.OVER
    return Verdict.ESCALATE if state.enabled else Verdict.WAIT


def _answers(taken: Acknowledgement, handover: Handover, zone: ZoneInfo, hour: int, now: datetime) -> bool:
    """Whether an acknowledgement is about this notice: it came after it, or it still holds.

    One whose last day is over and that was made before says nothing about what happened since.
    """
    return taken.at >= handover.created_at or taken.holds(now, zone, hour)


def escalated(notice: Notice, document: Document, handover: Handover, to: Route, after: timedelta) -> Message:
    """Return a notice as the next route gets it, marked as what it is."""
    row, first = handover.key.row, handover.key.route
    hours = after.total_seconds() / 3600
    within = f"{hours:g} hour{'' if hours == 1 else 's'}"
    if handover.standing in REACHED:
        why, got = f"nobody of {first} acknowledged it within {within}", "got it"
    else:
        # To say that somebody did not care would be wrong of those who may not know.
        why, got = f"{first} may not have got it, and nobody acknowledged it within {within}", "was to get it"
    marked = {
        **document,
        "event_id": f"{notice.event_id}:escalated:{to.name}",
        "severity": Severity.CRITICAL.value,
        "escalated_from": first,
        "escalation": f"Escalated: {why}.",
        "headline": f"{ESCALATED}{notice.headline}",
        "text": f"{ESCALATED}nobody acknowledged this within {within} after the route {first} {got}.\n\n{notice.text}",
    }
    trigger = Trigger(row.instance_id, row.clock, row.cycle)
    told = Told(notice.event, Severity.CRITICAL, marked, trigger)
    return Message(marked["event_id"], marked, (told,), to.name, first)
