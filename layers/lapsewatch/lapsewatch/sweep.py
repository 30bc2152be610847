"""Tell operators once of many dates that moved together."""

from datetime import datetime

from lapsewatch.deliver import Delivery
from lapsewatch.domain.ledger import LEASE
from lapsewatch.domain.moves import WORTH_TELLING, summary_of
from lapsewatch.errors import ConflictError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError
from lapsewatch.ports import Moves


def tell_of_sweep(run: Delivery, moves: Moves, now: datetime) -> str:
    """Publish one summary of a sweep that is over; return what happened, in a word for the metrics.

    As with a ledger row, only the holder of the lease publishes, and what nobody knows may be repeated once.
    """
    sweep = moves.sweep()
    if sweep is None or not sweep.over(now):
        return "no_sweep"
    if not run.in_time:
        return "sweep_postponed"
    try:
        moves.lease(sweep, run.owner, now, now + LEASE)
        if sweep.count >= WORTH_TELLING:
            run.publisher.publish(summary_of(sweep, run.page_url))
        moves.told(sweep, run.owner)
    except (ConflictError, DeliveryFailedError, DeliveryUnknownError):
        # The lease runs out by itself; the next run tries again.
        return "sweep_postponed"
    except DeliveryRefusedError:
        moves.told(sweep, run.owner)
        return "sweep_refused"
    return "sweep_told" if sweep.count >= WORTH_TELLING else "sweep_too_small"
