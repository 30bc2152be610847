"""Who hears the reminders and what was given up, as the emulator's topics and queues tell it."""

from uuid import uuid4

import pytest
from lapsewatch.adapters.audience import SnsAudience
from lapsewatch.adapters.sqs import SqsDeadLetters

from local.emulator import Emulator


@pytest.mark.fault("N6")
def test_only_confirmed_subscriptions_count(emulator: Emulator) -> None:
    sns, sqs = emulator.client("sns"), emulator.client("sqs")
    name = f"vitals-{uuid4().hex[:8]}"
    topic = sns.create_topic(Name=name)["TopicArn"]
    audience = SnsAudience(sns, topic)
    # Nobody answers there, so that this one stays unconfirmed; the emulator confirms e-mail by itself.
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/")

    before = audience.confirmed()
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    assert before == 0
    assert audience.confirmed() == 1


def test_dead_letters_of_all_queues_are_added_up(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    urls = [sqs.create_queue(QueueName=f"dead-{uuid4().hex[:8]}")["QueueUrl"] for _ in range(2)]
    dead = SqsDeadLetters(sqs, urls)

    before = dead.waiting()
    for url, letters in zip(urls, (1, 2), strict=True):
        for letter in range(letters):
            sqs.send_message(QueueUrl=url, MessageBody=str(letter))

    assert (before, dead.waiting()) == (0, 3)


def test_a_topic_or_queue_that_cannot_be_asked_is_unknown_and_not_empty(emulator: Emulator) -> None:
    gone = "arn:aws:sns:us-east-1:000000000000:gone"

    assert SnsAudience(emulator.client("sns"), gone).confirmed() is None
    assert SqsDeadLetters(emulator.client("sqs"), ["http://localhost/000000000000/gone"]).waiting() is None
