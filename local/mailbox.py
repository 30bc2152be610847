"""A subscriber of the reminder topic, so that the demo can show what people get."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.emulator import Emulator


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A queue that every reminder is delivered to."""

    sqs: Any
    url: str

    def letters(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what has arrived: the subject line and the message as machines get it."""
        while True:
            answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            for message in messages:
                envelope = json.loads(message["Body"])
                yield envelope.get("Subject", ""), json.loads(envelope["Message"])
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            if not messages:
                return


def open_mailbox(emulator: Emulator, topic_arn: str, name: str = "demo-mailbox") -> Mailbox:
    """Subscribe a new queue to the topic."""
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    emulator.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
    return Mailbox(sqs, url)
