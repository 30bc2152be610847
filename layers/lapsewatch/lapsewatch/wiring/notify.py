"""What the notify function is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from lapsewatch.adapters.channels.means import Dialing, Means
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.gathering_store import DynamoGathering
from lapsewatch.adapters.dynamodb.handover_store import DynamoHandovers
from lapsewatch.adapters.dynamodb.rests import DynamoRests
from lapsewatch.adapters.dynamodb.route_store import DynamoRoutes
from lapsewatch.adapters.links import AcknowledgeLinks
from lapsewatch.adapters.secrets import acknowledge_key
from lapsewatch.adapters.sqs import SqsNotifyQueue
from lapsewatch.domain.acknowledge_links import AcknowledgeLink
from lapsewatch.domain.routes import Route
from lapsewatch.hand_over import HandingOver
from lapsewatch.notify import Notifying
from lapsewatch.ports import Channel
from lapsewatch.settings import NotifySettings, settings_from
from lapsewatch.wiring import aws
from lapsewatch.wiring.channels import channel_of


@dataclass(frozen=True, slots=True)
class Notifier:
    settings: NotifySettings
    channels: Callable[[Route], Channel]
    link: Callable[[AcknowledgeLink], str | None]

    def run(self, time_left: Callable[[], float]) -> Notifying:
        """Return what one run works with."""
        settings, table = self.settings, aws.table(self.settings.table_name)
        handing = HandingOver(
            channels=self.channels,
            handovers=DynamoHandovers(table),
            rests=DynamoRests(table),
            queue=SqsNotifyQueue(aws.sqs(), settings.notify_queue_url, settings.notify_dead_letter_queue_url),
            time_left=time_left,
            link=self.link,
        )
        return Notifying(DynamoFleet(table, settings.tenant_zone), DynamoRoutes(table), handing, DynamoGathering(table))


def notifier() -> Notifier:
    settings = settings_from(NotifySettings)
    means = Means(Dialing(settings.allowed_networks), aws.ses, settings.sender_address)

    # What a target was is kept for a while, so each route has one channel as long as it is declared alike.
    @cache
    def channels(route: Route) -> Channel:
        return channel_of(aws.ssm(), settings.secret_path, means, route)

    key = acknowledge_key(aws.ssm(), settings.secret_path, settings.encryption_arn)
    return Notifier(settings, channels, AcknowledgeLinks(settings.page_url, key.content).address)
