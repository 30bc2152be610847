"""The queues: between dispatch and the workers, between the topic and a channel, and those where failed work ends."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lapsewatch.adapters.arrivals import routed_body
from lapsewatch.domain.messages import Arrival, Message

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

log = logging.getLogger(__name__)

ENTRIES_A_CALL = 10


class SqsPollQueue:
    """One message per instance, ten a call."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, instance_ids: Iterable[str]) -> int:
        return sum(self._send(list(ids)) for ids in batched(instance_ids, ENTRIES_A_CALL, strict=False))

    def send_later(self, instance_id: str, after: timedelta) -> None:
        body = json.dumps({"instance_id": instance_id})
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=int(after.total_seconds()))

    def _send(self, ids: list[str]) -> int:
        """Send one batch and, once more, the entries of it that were refused; return how many were taken."""
        refused = self._refused(ids)
        if refused:
            refused = self._refused(refused)
        if refused:
            log.error("polls could not be queued", extra={"count": len(refused)})
        return len(ids) - len(refused)

    def _refused(self, ids: list[str]) -> list[str]:
        entries: Any = [{"Id": str(n), "MessageBody": json.dumps({"instance_id": id_})} for n, id_ in enumerate(ids)]
        answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        return [ids[int(entry["Id"])] for entry in answer.get("Failed", [])]


class SqsNotifyQueue:
    """Messages of the topic on their way to a channel."""

    def __init__(self, client: SQSClient, url: str, dead_letter_url: str) -> None:
        self._client = client
        self._url = url
        self._dead_letter_url = dead_letter_url

    def postpone(self, arrival: Arrival, by: timedelta) -> None:
        seconds = int(by.total_seconds())
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=arrival.receipt, VisibilityTimeout=seconds
        )

    def put(self, message: Message) -> None:
        self._client.send_message(QueueUrl=self._url, MessageBody=routed_body(message))

    def bury(self, arrival: Arrival, reason: str) -> None:
        self._client.send_message(
            QueueUrl=self._dead_letter_url,
            MessageBody=arrival.body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
        )


class SqsDeadLetters:
    """The dead-letter queues of the stack."""

    def __init__(self, client: SQSClient, urls: Iterable[str]) -> None:
        self._client = client
        self._urls = tuple(urls)

    def waiting(self) -> int | None:
        try:
            return sum(self._waiting(url) for url in self._urls)
        except (ClientError, BotoCoreError, KeyError, ValueError):
            log.exception("the dead letters could not be counted")
            return None

    def _waiting(self, url: str) -> int:
        answer = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])
