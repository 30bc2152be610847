"""Take a batch of the topic's messages from the queue of a channel and hand them to it."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lapsewatch.adapters.arrivals import arrivals_of
from lapsewatch.adapters.messages import kept
from lapsewatch.notify import notify
from lapsewatch.wiring.notify import notifier
from lapsewatch.wiring.observability import count, observed

notifier = cache(notifier)
observed = cache(observed)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take an SQS event; return the messages that the queue is to keep."""
    logger, metrics = observed()
    logger.set_correlation_id(context.aws_request_id)
    run, now = notifier().run(lambda: context.get_remaining_time_in_millis() / 1000), datetime.now(UTC)
    notified = notify(run, arrivals_of(event), now)
    logger.info("batch notified", extra={"counts": notified.counts})
    count(metrics, notified.counts)
    return kept(notified.again)
