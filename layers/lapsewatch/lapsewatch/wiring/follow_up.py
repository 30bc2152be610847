"""What the follow-up function is made of."""

from collections.abc import Callable

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.handover_store import DynamoHandovers
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.route_store import DynamoRoutes
from lapsewatch.adapters.dynamodb.turns import DynamoTurns
from lapsewatch.adapters.sns import document_of
from lapsewatch.adapters.sqs import SqsNotifyQueue
from lapsewatch.follow_up import FollowingUp
from lapsewatch.settings import FollowUpSettings, settings_from
from lapsewatch.wiring import aws


def follower() -> Callable[[Callable[[], float]], FollowingUp]:
    """Return what makes one run's work from the time that is left of it."""
    settings = settings_from(FollowUpSettings)
    table = aws.table(settings.table_name)

    def run(time_left: Callable[[], float]) -> FollowingUp:
        return FollowingUp(
            fleet=DynamoFleet(table, settings.tenant_zone),
            ledger=DynamoLedger(table),
            routes=DynamoRoutes(table),
            escalations=DynamoHandovers(table),
            turns=DynamoTurns(table),
            # It gives nothing up by itself, so it knows of no dead letters.
            queue=SqsNotifyQueue(aws.sqs(), settings.notify_queue_url, ""),
            rules=settings.rules,
            page_url=settings.page_url,
            shop=bool(settings.renew_url_template),
            document=document_of,
            time_left=time_left,
        )

    return run
