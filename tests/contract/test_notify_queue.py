"""Messages that are put off or given up, on the emulator's queues."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from lapsewatch.adapters.sqs import SqsNotifyQueue
from lapsewatch.domain.messages import Arrival, Malformed

from local.emulator import Emulator


@dataclass(frozen=True)
class Queues:
    """A queue and its dead letters."""

    sqs: Any
    url: str
    dead_url: str

    @property
    def queue(self) -> SqsNotifyQueue:
        return SqsNotifyQueue(self.sqs, self.url, self.dead_url)

    def arrive(self, body: str) -> Arrival:
        """Send a message and have it handed over."""
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body)
        [message] = self.received(self.url)
        return Arrival(message["MessageId"], message["ReceiptHandle"], 1, body, Malformed("not read here"))

    def received(self, url: str) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=600)
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages


@pytest.fixture
def queues(emulator: Emulator) -> Queues:
    sqs, name = emulator.client("sqs"), uuid4().hex[:8]
    return Queues(sqs, *(sqs.create_queue(QueueName=f"{kind}-{name}")["QueueUrl"] for kind in ("notify", "dead")))


@pytest.mark.fault("N11")
def test_a_message_that_is_put_off_is_hidden_until_its_time(queues: Queues) -> None:
    arrival = queues.arrive("hello")

    queues.queue.postpone(arrival, timedelta(0))
    due = queues.received(queues.url)
    queues.queue.postpone(Arrival("", due[0]["ReceiptHandle"], 2, "", Malformed("")), timedelta(hours=1))

    assert [message["Body"] for message in due] == ["hello"]
    assert queues.received(queues.url) == []


@pytest.mark.fault("N11")
def test_a_message_that_is_given_up_lies_among_the_dead_letters_with_the_reason(queues: Queues) -> None:
    queues.queue.bury(queues.arrive("grüße"), "HTTP 410")

    [letter] = queues.received(queues.dead_url)
    assert letter["Body"] == "grüße"
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "HTTP 410"


def test_a_queue_that_cannot_be_reached_is_said_to_be(queues: Queues) -> None:
    arrival = queues.arrive("hello")
    gone = SqsNotifyQueue(queues.sqs, queues.url, f"{queues.dead_url}-gone")

    with pytest.raises(ClientError):
        gone.bury(arrival, "HTTP 410")
