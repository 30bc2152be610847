"""The poll queue behind a client that refuses some entries, or dies half way."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from lapsewatch.adapters.sqs import SqsPollQueue


class Client:
    """Refuses what a test says, by instance id and how often."""

    def __init__(self, **refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[str] = []
        self.delayed: list[tuple[str, int]] = []
        self.entries: list[dict[str, Any]] = []
        self.refuses_all = False
        self.calls = 0
        self.dies_after = 1_000_000

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> None:  # noqa: N803
        self.delayed.append((json.loads(MessageBody)["instance_id"], DelaySeconds))

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls += 1
        if self.calls > self.dies_after:
            raise OSError("the function was killed")
        if self.refuses_all:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "SendMessageBatch")
        assert len(Entries) <= 10
        self.entries += Entries
        failed = []
        for entry in Entries:
            name = json.loads(entry["MessageBody"])["instance_id"]
            if self.refusals.get(name, 0) > 0:
                self.refusals[name] -= 1
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.taken.append(name)
        return {"Failed": failed} if failed else {}


def queue(client: Client) -> SqsPollQueue:
    return SqsPollQueue(lambda: client, "https://queue.example")  # type: ignore[arg-type,return-value]  # it has these calls


@pytest.mark.fault("S11")
def test_entries_that_were_refused_are_sent_once_more() -> None:
    client = Client(b=1, x11=1)
    ids = ["a", "b", "c", *(f"x{n}" for n in range(20))]

    assert queue(client).send(ids) == 23
    assert sorted(client.taken) == sorted(ids)


@pytest.mark.fault("S11")
def test_entries_that_are_refused_twice_are_counted_and_left_to_the_next_schedule() -> None:
    client = Client(b=2)

    assert queue(client).send(["a", "b", "c"]) == 2
    assert client.taken == ["a", "c"]


@pytest.mark.fault("A6")
def test_one_poll_can_be_queued_for_later() -> None:
    client = Client()

    queue(client).send_later("northwind", timedelta(seconds=35))

    assert client.delayed == [("northwind", 35)]


def test_polls_that_are_put_off_are_seen_later_and_say_so() -> None:
    client = Client(b=2)

    taken = queue(client).put_off(["a", "b", *(f"x{n}" for n in range(20))], timedelta(minutes=2))

    assert taken == {"a", *(f"x{n}" for n in range(20))}
    assert {(entry["DelaySeconds"], json.loads(entry["MessageBody"])["late"]) for entry in client.entries} == {
        (120, True)
    }


def test_what_cannot_be_put_off_is_not_taken_and_nothing_is_raised() -> None:
    client = Client()
    client.refuses_all = True

    assert queue(client).put_off(["a"], timedelta(minutes=2)) == set()


@pytest.mark.fault("S11")
def test_what_was_queued_before_the_end_stays_queued() -> None:
    client = Client()
    client.dies_after = 2

    with pytest.raises(OSError, match="killed"):
        queue(client).send([f"pbx-{n}" for n in range(50)])

    assert len(client.taken) == 20
