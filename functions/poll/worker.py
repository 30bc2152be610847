"""Take a batch of messages from the poll queue and read those PBXs."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lapsewatch.adapters.messages import batch_of, to_retry
from lapsewatch.poll import poll
from lapsewatch.wiring.observability import count, observed
from lapsewatch.wiring.poll import worker

worker = cache(worker)
observed = cache(observed)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take an SQS event; return the messages to be delivered again."""
    logger, metrics = observed()
    logger.set_correlation_id(context.aws_request_id)
    work, now = worker(), datetime.now(UTC)
    batch = batch_of(event)
    polled = poll(work.polling, list(batch.ids), now, batch.late)
    work.heartbeats.beat("poll", now, polled.counts)
    polled.follow_up(work.report, work.remind, work.turns, work.moves, now)
    logger.info("batch polled", extra={"counts": polled.counts, "malformed": len(batch.malformed)})
    count(metrics, polled.counts)
    return to_retry(batch, polled.failed_ids)
