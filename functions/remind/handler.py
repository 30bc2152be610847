"""Every few minutes: claim the milestones that are due and publish what is owed."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lapsewatch.remind import complete, remind
from lapsewatch.sweep import tell_of_sweep
from lapsewatch.wiring.observability import count, observed
from lapsewatch.wiring.remind import reminder

reminder = cache(reminder)
observed = cache(observed)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Take any event; return how often each thing happened. A run in which anything failed ends with an error."""
    logger, metrics = observed()
    logger.set_correlation_id(context.aws_request_id)
    work, now = reminder(), datetime.now(UTC)
    run = work.run(context.aws_request_id, lambda: context.get_remaining_time_in_millis() / 1000)
    counts = remind(run, now)
    counts[tell_of_sweep(run, work.moves, now)] += 1
    work.heartbeats.beat("remind", now, counts)
    logger.info("reminders run", extra={"counts": counts})
    count(metrics, counts)
    complete(counts)
    work.outside_watch.told_all_is_well()
    return dict(counts)
