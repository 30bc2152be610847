"""Every few minutes: bring to the next route what nobody acknowledged, and once a week the outlook."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lapsewatch.follow_up import escalate
from lapsewatch.look_ahead import look_ahead
from lapsewatch.remind import complete
from lapsewatch.wiring.follow_up import follower
from lapsewatch.wiring.observability import count, observed

follower = cache(follower)
observed = cache(observed)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Take any event; return how often each thing happened. A run in which anything failed ends with an error."""
    logger, metrics = observed()
    logger.set_correlation_id(context.aws_request_id)
    follow, now = follower(), datetime.now(UTC)
    work = follow.run(lambda: context.get_remaining_time_in_millis() / 1000)
    counts = escalate(work, now) + look_ahead(work, follow.zone, now)
    counts["followed_up"] += 1
    logger.info("followed up", extra={"counts": counts})
    count(metrics, counts)
    complete(counts)
    return dict(counts)
