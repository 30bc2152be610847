"""Send the weekly outlook to the routes that ask for it, each once a week."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.domain.outlook import endings, outlook_of, slot_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.routes import Route
from lapsewatch.follow_up import FollowingUp

log = logging.getLogger(__name__)

NOT_AGAIN = timedelta(days=6)
"""Slots are a week apart, or an hour more or less than that when clocks change."""


def look_ahead(work: FollowingUp, zone: ZoneInfo, now: datetime) -> Counter[str]:
    """Queue the outlooks that are due; return how many were and how many could not be."""
    counts: Counter[str] = Counter()
    routes, slot = work.routes.declared(), slot_of(now, zone, work.rules.hour)
    asked = [route for route in routes if route.outlook and not route.by_topic]
    due = [route for route in asked if work.turns.take(f"outlook#{route.name}", slot, NOT_AGAIN)]
    fleet = _fleet(work) if due else []
    for route in due:
        try:
            _send(work, route, routes, fleet, slot, now)
            counts["outlooks"] += 1
        except Exception:
            log.exception("an outlook could not be sent; the next comes in a week", extra={"route": route.name})
            counts["failed"] += 1
    return counts


def _fleet(work: FollowingUp) -> list[Watched]:
    return list(work.fleet.watched(instance.instance_id for instance in work.fleet.instances()).values())


def _send(
    work: FollowingUp, route: Route, routes: Sequence[Route], fleet: Sequence[Watched], slot: datetime, now: datetime
) -> None:
    work.queue.put(outlook_of(endings(fleet, route, routes, now), route, work.page_url, slot, now))
