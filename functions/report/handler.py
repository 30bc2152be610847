"""Every few minutes, and when something changed: render the pages anew."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lapsewatch.report import report
from lapsewatch.wiring.observability import count, observed
from lapsewatch.wiring.report import reporter

reporter = cache(reporter)
observed = cache(observed)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Take any event; return how many rows were rendered and pages replaced."""
    logger, metrics = observed()
    logger.set_correlation_id(context.aws_request_id)
    work, now = reporter(), datetime.now(UTC)
    counts = report(work.reporting, now)
    work.heartbeats.beat("report", now, counts)
    logger.info("pages rendered", extra={"counts": counts})
    count(metrics, counts)
    return counts
