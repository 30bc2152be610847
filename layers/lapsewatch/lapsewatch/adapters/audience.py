"""Who hears the reminders: the confirmed subscriptions of the topic."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_sns.client import SNSClient

log = logging.getLogger(__name__)


class SnsAudience:
    """The subscriptions of one topic."""

    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def confirmed(self) -> int | None:
        try:
            answer = self._client.get_topic_attributes(TopicArn=self._topic_arn)
            return int(answer["Attributes"]["SubscriptionsConfirmed"])
        except (ClientError, BotoCoreError, KeyError, ValueError):
            log.exception("the subscriptions of the topic could not be counted")
            return None
