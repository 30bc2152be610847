"""Every poll interval: queue one message for each instance to be read."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lapsewatch.poll import dispatch
from lapsewatch.wiring.dispatch import dispatcher
from lapsewatch.wiring.observability import count, observed

dispatcher = cache(dispatcher)
observed = cache(observed)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Take any event; return how many polls were queued."""
    logger, metrics = observed()
    logger.set_correlation_id(context.aws_request_id)
    work, now = dispatcher(), datetime.now(UTC)
    counts = dispatch(work.fleet, work.queue)
    work.heartbeats.beat("dispatch", now, counts)
    logger.info("polls dispatched", extra={"counts": counts})
    count(metrics, counts)
    return dict(counts)
