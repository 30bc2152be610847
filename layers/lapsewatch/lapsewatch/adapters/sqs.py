"""The queues: between dispatch and the workers, between the topic and a channel, and those where failed work ends."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
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

    def __init__(self, client: Callable[[], SQSClient], url: str) -> None:
        # Made when it is first needed: most batches put nothing off.
        self._client = client
        self._url = url

    def send(self, instance_ids: Iterable[str]) -> int:
        batches = batched(instance_ids, ENTRIES_A_CALL, strict=False)
        return sum(len(ids) - len(self._untaken([{"MessageBody": _body(id_)} for id_ in ids])) for ids in batches)

    def send_later(self, instance_id: str, after: timedelta) -> None:
        self._client().send_message(QueueUrl=self._url, **_late(instance_id, after))

    def put_off(self, instance_ids: Sequence[str], after: timedelta) -> set[str]:
        taken: set[str] = set()
        for ids in batched(instance_ids, ENTRIES_A_CALL, strict=False):
            try:
                untaken = self._untaken([_late(id_, after) for id_ in ids])
            except (ClientError, BotoCoreError):
                log.exception("polls could not be put off", extra={"count": len(ids)})
                continue
            taken |= {id_ for number, id_ in enumerate(ids) if number not in untaken}
        return taken

    def _untaken(self, messages: list[dict[str, Any]]) -> set[int]:
        """Send one batch and, once more, what of it was refused; return the places of what was not taken."""
        left = self._refused(messages, range(len(messages)))
        if left:
            left = self._refused(messages, sorted(left))
        if left:
            log.error("polls could not be queued", extra={"count": len(left)})
        return left

    def _refused(self, messages: list[dict[str, Any]], places: Sequence[int]) -> set[int]:
        entries: Any = [{"Id": str(place), **messages[place]} for place in places]
        answer = self._client().send_message_batch(QueueUrl=self._url, Entries=entries)
        return {int(entry["Id"]) for entry in answer.get("Failed", [])}


def _body(instance_id: str, **more: bool) -> str:
    return json.dumps({"instance_id": instance_id, **more})


def _late(instance_id: str, after: timedelta) -> dict[str, Any]:
    return {"MessageBody": _body(instance_id, late=True), "DelaySeconds": int(after.total_seconds())}


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

    def put(self, message: Message, after: timedelta = timedelta()) -> None:
        seconds = int(after.total_seconds())
        self._client.send_message(QueueUrl=self._url, MessageBody=routed_body(message), DelaySeconds=seconds)

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
