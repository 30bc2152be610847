"""The subscriber of the topic. A message leaves its queue only after it is on disk."""

import json
from dataclasses import dataclass
from typing import Any

from local.own.state import Letter

NAME = "own-postbox"
ENTRIES_A_CALL = 10
HIDDEN_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Messages that have come, and what takes them off the queue."""

    letters: list[Letter]
    receipts: list[str]


class Postbox:
    """A queue that every message of the topic is delivered to."""

    def __init__(self, sqs: Any, sns: Any, topic_arn: str) -> None:
        self._sqs = sqs
        self._url = sqs.create_queue(QueueName=NAME, Attributes={"VisibilityTimeout": HIDDEN_SECONDS})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)

    def fetch(self) -> Delivery:
        """Take everything that is there."""
        letters: list[Letter] = []
        receipts: list[str] = []
        while messages := self._receive():
            for message in messages:
                letters.append(_letter(json.loads(message["Body"])))
                receipts.append(message["ReceiptHandle"])
        return Delivery(letters, receipts)

    def done(self, delivery: Delivery) -> None:
        """Forget what was fetched."""
        for receipt in delivery.receipts:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)

    def _receive(self) -> list[Any]:
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=ENTRIES_A_CALL)
        return list(answer.get("Messages", []))


def _letter(envelope: dict[str, Any]) -> Letter:
    told = json.loads(envelope["Message"])
    return Letter(told["event_id"], envelope.get("Subject") or "Lapsewatch", told["text"])
