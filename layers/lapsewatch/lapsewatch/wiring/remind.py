"""What the remind function is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.moves import DynamoMoves
from lapsewatch.adapters.outside_watch import OutsideWatch
from lapsewatch.adapters.sns import SnsPublisher
from lapsewatch.deliver import Delivery
from lapsewatch.ports import Heartbeats, Moves
from lapsewatch.settings import RemindSettings, settings_from
from lapsewatch.wiring import aws


@dataclass(frozen=True, slots=True)
class Reminder:
    settings: RemindSettings
    heartbeats: Heartbeats
    moves: Moves
    outside_watch: OutsideWatch

    def run(self, owner: str, time_left: Callable[[], float]) -> Delivery:
        """Return what one run works with; `owner` is a name that no other run has."""
        table = aws.table(self.settings.table_name)
        return Delivery(
            fleet=DynamoFleet(table, self.settings.tenant_zone),
            ledger=DynamoLedger(table),
            publisher=SnsPublisher(aws.sns(), self.settings.topic_arn),
            rules=self.settings.rules,
            page_url=self.settings.page_url,
            shop=bool(self.settings.renew_url_template),
            owner=owner,
            time_left=time_left,
            digest_over=self.settings.digest_over,
        )


def reminder() -> Reminder:
    settings = settings_from(RemindSettings)
    table = aws.table(settings.table_name)
    return Reminder(settings, DynamoHeartbeats(table), DynamoMoves(table), OutsideWatch(settings.dead_man_url))
