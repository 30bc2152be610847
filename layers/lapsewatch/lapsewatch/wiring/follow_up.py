"""What the follow-up function is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.gathering_store import DynamoGathering
from lapsewatch.adapters.dynamodb.handover_store import DynamoHandovers
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.route_store import DynamoRoutes
from lapsewatch.adapters.dynamodb.turns import DynamoTurns
from lapsewatch.adapters.sns import document_of
from lapsewatch.adapters.sqs import SqsNotifyQueue
from lapsewatch.follow_up import FollowingUp
from lapsewatch.settings import FollowUpSettings, settings_from
from lapsewatch.wiring import aws


@dataclass(frozen=True, slots=True)
class Follower:
    settings: FollowUpSettings

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.tenant_zone

    def run(self, time_left: Callable[[], float]) -> FollowingUp:
        """Return what one run works with."""
        settings, table = self.settings, aws.table(self.settings.table_name)
        return FollowingUp(
            fleet=DynamoFleet(table, settings.tenant_zone),
            ledger=DynamoLedger(table),
            routes=DynamoRoutes(table),
            escalations=DynamoHandovers(table),
            turns=DynamoTurns(table),
            # It gives nothing up by itself, so it knows of no dead letters.
            queue=SqsNotifyQueue(aws.sqs(), settings.notify_queue_url, ""),
            gathering=DynamoGathering(table),
            rules=settings.rules,
            page_url=settings.page_url,
            shop=bool(settings.renew_url_template),
            document=document_of,
            time_left=time_left,
        )


def follower() -> Follower:
    return Follower(settings_from(FollowUpSettings))
