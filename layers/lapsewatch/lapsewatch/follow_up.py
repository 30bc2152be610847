"""Follow what went out on routes: what nobody acknowledged goes on to the next route, each step once."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lapsewatch.domain.escalation import Verdict, escalated, judge, step_of
from lapsewatch.domain.handovers import Handover, HandoverKey
from lapsewatch.domain.ledger import LEASE, RESTING
from lapsewatch.domain.messages import Document
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.notices import Notice, notice_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.routes import Route, Step
from lapsewatch.domain.spreading import handovers_of
from lapsewatch.errors import ConflictError
from lapsewatch.on_its_way import put_on_its_way
from lapsewatch.ports import Escalations, Fleet, Gathering, Ledger, NotifyQueue, Routes, Turns

log = logging.getLogger(__name__)

ENOUGH_TIME = 20.0
"""Seconds that must be left of the invocation to take anything up."""


@dataclass(frozen=True, slots=True)
class FollowingUp:
    """Everything that following up works with."""

    fleet: Fleet
    ledger: Ledger
    routes: Routes
    escalations: Escalations
    turns: Turns
    queue: NotifyQueue
    gathering: Gathering
    rules: ReminderRules
    page_url: str
    shop: bool
    """Whether a renewal address is configured."""
    document: Callable[[Notice], Document]
    """What makes a notice what machines get."""
    time_left: Callable[[], float]
    """Seconds until the invocation ends."""


def escalate(work: FollowingUp, now: datetime) -> Counter[str]:
    """Bring what nobody acknowledged in time to the next route; return how often each thing happened."""
    counts: Counter[str] = Counter(escalated=0)
    routes = {route.name: route for route in work.routes.declared()}
    for key in work.escalations.due(now):
        if work.time_left() < ENOUGH_TIME:
            counts["backlog"] += 1
            continue
        try:
            counts[_escalate(work, key, routes, now)] += 1
        except ConflictError:
            counts["taken_by_another"] += 1
        except Exception:
            log.exception("a notice could not be escalated", extra={"instance_id": key.row.instance_id})
            counts["failed"] += 1
    return counts


def _escalate(work: FollowingUp, key: HandoverKey, routes: Mapping[str, Route], now: datetime) -> str:
    """Decide about one hand-over whose time has come; return what happened, in a word for the metrics."""
    handover = work.escalations.some([key]).get(key)
    if handover is None or handover.due_at is None:
        return "taken_by_another"
    instance_id = key.row.instance_id
    watched = work.fleet.watched([instance_id], removed=True).get(instance_id)
    step = step_of(key, watched.instance if watched else None, routes)
    if step is None and (watched is not None or key.route in routes):
        work.escalations.close(handover, None)
        return "not_declared"
    verdict = Verdict.WAIT
    if watched is not None:
        verdict = judge(handover, watched.state, watched.instance.zone, work.rules.hour, now)
    if watched is None or step is None or verdict is Verdict.WAIT:
        work.escalations.postpone(handover, now, now + RESTING)
        return "waiting"
    if verdict is Verdict.OVER:
        work.escalations.close(handover, None)
        return "over"
    return _go_on(work, handover, watched, (routes[step.to], step), now)


def _go_on(work: FollowingUp, handover: Handover, watched: Watched, onward: tuple[Route, Step], now: datetime) -> str:
    """Tell the next route. Taken up first, closed last: a crash in between makes a copy, never a silence."""
    row = work.ledger.some([handover.key.row]).get(handover.key.row)
    if row is None:
        work.escalations.close(handover, None)
        return "over"
    to, step = onward
    work.escalations.postpone(handover, now, now + LEASE)
    notice = notice_of(row, watched, now, work.rules, work.page_url, shop=work.shop)
    message = escalated(notice, work.document(notice), handover, to, step.after)
    work.escalations.begin(handovers_of(message, to, now))
    put_on_its_way(work.gathering, work.queue, message, now)
    work.escalations.close(handover, now)
    log.warning("a notice was escalated", extra={"event_id": message.event_id, "route": to.name})
    return "escalated"
