"""What the notify function is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lapsewatch.adapters.channels.webhook.channel import WebhookChannel
from lapsewatch.adapters.channels.webhook.target import parameter_name, target_from
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.adapters.secrets import SsmSecret
from lapsewatch.adapters.sqs import SqsNotifyQueue
from lapsewatch.domain.instance import Tls
from lapsewatch.notify import Notifying
from lapsewatch.ports import Channel
from lapsewatch.settings import Network, NotifySettings, settings_from
from lapsewatch.wiring import aws

if TYPE_CHECKING:
    from types_boto3_ssm.client import SSMClient


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
    return Notifier(settings, webhook(aws.ssm(), settings.secret_path, settings.allowed_networks))


def webhook(ssm: SSMClient, secret_path: str, allowed: tuple[Network, ...]) -> WebhookChannel:
    remedy = "store it with `lapsewatch notify webhook`"
    target = SsmSecret(ssm, parameter_name(secret_path), target_from, remedy)
    return WebhookChannel(target.content, partial(guarded_line, tls=Tls(), allowed=allowed))
