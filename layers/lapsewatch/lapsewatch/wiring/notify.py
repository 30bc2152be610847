"""What the notify function is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.sqs import SqsNotifyQueue
from lapsewatch.domain.routes import WEBHOOK
from lapsewatch.notify import Notifying
from lapsewatch.ports import Channel
from lapsewatch.settings import NotifySettings, settings_from
from lapsewatch.wiring import aws
from lapsewatch.wiring.channels import channel_of


@dataclass(frozen=True, slots=True)
class Notifier:
    settings: NotifySettings
    channel: Channel

    def run(self, time_left: Callable[[], float]) -> Notifying:
        """Return what one run works with."""
        settings = self.settings
        return Notifying(
            fleet=DynamoFleet(aws.table(settings.table_name), settings.tenant_zone),
            channel=self.channel,
            queue=SqsNotifyQueue(aws.sqs(), settings.notify_queue_url, settings.notify_dead_letter_queue_url),
            time_left=time_left,
        )


def notifier() -> Notifier:
    settings = settings_from(NotifySettings)
    return Notifier(settings, channel_of(aws.ssm(), settings.secret_path, settings.allowed_networks, WEBHOOK))
