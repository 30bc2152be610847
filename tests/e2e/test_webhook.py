"""From a date at a PBX to a program that takes webhooks, through the topic, the queue and the function."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.conftest import Running
from tests.e2e.receiver import SECRET
from tests.e2e.test_command_line import command
from tests.e2e.test_main_job import fleet
from tests.guide import verified

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture
def restored(running: Running) -> Iterator[None]:
    """Put the webhook back to where the other tests need it."""
    yield
    running.receiver.answers.clear()
    running.receiver.tell(running.stack)


def lapse(running: Running) -> str:
    """Let a license end two hours ago and have that read; return whose it is."""
    left = {key: row["days_left"] for key, row in fleet(running).items() if row["days_left"] and not row["reason"]}
    # Nobody was reminded of it, and the other tests want those that have long to go.
    instance_id = min((key for key in left if left[key] > 10), key=left.__getitem__)
    ended = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    running.vendor(instance_id, expires_at=ended.isoformat())
    with running.http() as http:
        http.post(f"/api/instances/{instance_id}/refresh").raise_for_status()
    return instance_id


def dead_letter(running: Running, instance_id: str) -> dict[str, Any]:
    """Take the dead letter about an instance out of its queue, once it is there."""
    sqs, url = running.stack.emulator.client("sqs"), running.stack.outputs["NotifyDeadLetterQueueUrl"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            if f'"{instance_id}"' in message["Body"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found: dict[str, Any] = message
                return found
    raise TimeoutError(f"no dead letter about {instance_id}")


def test_a_lapse_is_posted_signed(running: Running) -> None:
    instance_id = lapse(running)

    running.stack.invoke("remind")

    post = running.receiver.post_about(instance_id)
    assert (post.document["event"], post.document["instance_id"]) == ("expired", instance_id)
    assert post.event_id == post.document["event_id"]
    assert verified()(post.body, post.signature, SECRET)


@pytest.mark.fault("N11")
def test_what_the_receiver_refuses_is_a_dead_letter_with_its_answer(running: Running, restored: None) -> None:
    instance_id = lapse(running)
    running.receiver.answers[instance_id] = 410

    running.stack.invoke("remind")

    letter = dead_letter(running, instance_id)
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "127.0.0.1: HTTP 410"


def test_an_operator_stores_the_webhook_and_hears_what_it_answers(running: Running, restored: None) -> None:
    receiver = running.receiver
    where = {"LAPSEWATCH_WEBHOOK_URL": receiver.url, "SSL_CERT_FILE": str(receiver.ca_file)}

    stored = command(running, "notify", "webhook", more=where, typed="\n")
    fine = command(running, "notify", "test", more=where)
    receiver.answers["test"] = 401
    refused = command(running, "notify", "test", more=where)

    post = receiver.post_about("test")
    assert (stored.returncode, fine.returncode, refused.returncode) == (0, 0, 1)
    assert fine.stdout == "127.0.0.1: HTTP 204\n"
    assert "127.0.0.1: HTTP 401" in refused.stderr
    assert post.document["event"] == "test"
    assert any(verified()(post.body, post.signature, word) for word in stored.stdout.split())
    assert "canary" not in stored.stdout + stored.stderr + fine.stdout + refused.stderr


def test_neither_the_address_nor_the_secret_of_the_webhook_reaches_the_logs(running: Running) -> None:
    logs = running.stack.log.read_text()

    assert "127.0.0.1: HTTP 204" in logs
    assert "token=canary" not in logs
    assert SECRET not in logs


def test_an_address_that_is_not_safe_is_not_stored(running: Running) -> None:
    where = {"LAPSEWATCH_WEBHOOK_URL": "http://127.0.0.1/canary", "LAPSEWATCH_WEBHOOK_SECRET": SECRET}

    done = command(running, "notify", "webhook", more=where)

    assert done.returncode == 1
    assert "url: " in done.stderr
    assert "canary" not in done.stdout + done.stderr
