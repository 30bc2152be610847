"""What breaks while the stack runs: workers, answers, queues, and all of AWS. Nothing is lost, and somebody is told."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.build import built_template
from local.demo import first_round
from local.emulator import running_emulator
from local.fleet_process import running_simulator
from local.stack import Stack, parameters_for, running_stack, set_up
from tests.e2e.conftest import NEVER
from tests.e2e.losing import losing_answers

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]

INSTANCES = 60
PATIENCE = 150.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Return a stack of its own: what is done to it is nothing for the other tests."""
    folder = tmp_path_factory.mktemp("faults")
    with running_stack(INSTANCES, folder, "http://127.0.0.1:1", print, pace=NEVER) as stack:
        let_everybody_answer(stack)
        first_round(stack, INSTANCES, print)
        yield stack


def let_everybody_answer(stack: Stack) -> None:
    """Wake those that hang: what is put off for them comes two minutes later."""
    for key in (key for key, pbx in pbxs(stack).items() if pbx["mode"] == "hang"):
        httpx.patch(f"{stack.simulated['control_url']}/instances/{key}", json={"mode": "ok"}).raise_for_status()


def come_back_after(stack: Stack, seconds: int) -> None:
    """Have unfinished polls handed out again after some seconds: the template's 540 are too long to wait for."""
    sqs, url = stack.emulator.client("sqs"), stack.outputs["PollQueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)


def waiting(stack: Stack, queue: str) -> int:
    """Return how many messages a queue holds, those that somebody works on included."""
    names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
    found = stack.emulator.client("sqs").get_queue_attributes(QueueUrl=stack.outputs[queue], AttributeNames=names)
    return sum(int(found["Attributes"][name]) for name in names)


def tried(stack: Stack) -> dict[str, Any]:
    return {key: item.state.tried_at for key, item in stack.watched().items()}


def workers(stack: Stack) -> list[int]:
    """Return the processes that run the poll function of this stack, and of no other."""
    name, found = stack.outputs["PollFunctionName"].encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words, parent = (process / "cmdline").read_bytes(), (process / "stat").read_text().rpartition(")")[2]
        except OSError:
            continue
        if name in words and int(parent.split()[1]) == stack.emulator.pid:
            found.append(int(process.name))
    return found


def pbxs(stack: Stack) -> dict[str, dict[str, Any]]:
    found = httpx.get(f"{stack.simulated['control_url']}/instances").json()["instances"]
    return {pbx["id"]: pbx for pbx in found}


def concerns(stack: Stack) -> set[str]:
    url = f"{stack.emulator.endpoint}/fleet.json"
    headers = {"Host": stack.api_host, "Authorization": f"Bearer {stack.tokens['viewer']}"}
    return {concern["name"] for concern in httpx.get(url, headers=headers).raise_for_status().json()["concerns"]}


def lapse(stack: Stack, number: int) -> set[str]:
    """Let licenses end that have long to go, and have that read; return whose."""
    far = sorted(key for key, item in stack.watched().items() if item.state.reason is None and item.state.series)
    chosen = [key for key in far if pbxs(stack)[key]["mode"] == "ok" and pbxs(stack)[key]["access"] != "legacy"][
        :number
    ]
    ended = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    for key in chosen:
        change = {"expires_at": ended, "maintenance_expires_at": ended}
        httpx.patch(f"{stack.simulated['control_url']}/instances/{key}", json=change).raise_for_status()
    return set(chosen)


@pytest.mark.fault("S8")
def test_workers_that_are_killed_mid_batch_lose_no_poll(stack: Stack) -> None:
    # Longer than a batch takes, as the template's is: what is still worked on is never handed out.
    come_back_after(stack, 30)
    before = tried(stack)
    stack.invoke("poll_dispatch")
    until(lambda: tried(stack) != before)

    killed = workers(stack)
    for process in killed:
        os.kill(process, signal.SIGKILL)

    resting = {key for key, item in stack.watched().items() if item.state.next_poll_at is not None}
    until(lambda: waiting(stack, "PollQueueUrl") == 0)
    after = tried(stack)
    assert killed
    assert {key for key in after if after[key] == before[key]} <= resting
    assert waiting(stack, "PollDeadLetterQueueUrl") == 0
    assert not any(pbx["counters"]["overlapping"] for pbx in pbxs(stack).values())


@pytest.mark.fault("N4")
def test_a_reminder_whose_answer_was_lost_is_sent_again_once_and_no_other_is(stack: Stack) -> None:
    stack.invoke("remind")
    list(stack.mailbox.letters())
    lapsed, lost = lapse(stack, 5), 2
    refresh(stack, lapsed)
    functions, name = stack.emulator.client("lambda"), stack.outputs["RemindFunctionName"]
    known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    with losing_answers(stack.emulator) as proxy:
        through = {**known, "AWS_ENDPOINT_URL_SNS": proxy.url}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": through})
        proxy.to_lose = lost
        first = stack.invoke("remind")
        at_once = stack.invoke("remind")
        let_leases_run_out(stack)
        later = stack.invoke("remind")
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": known})

    letters = [letter for _, letter in stack.mailbox.letters()]
    copies = Counter(letter["event_id"] for letter in letters)
    assert proxy.lost == first["unknown"] == lost
    assert first["sent"] == len(lapsed) - lost
    assert at_once.get("sent", 0) == 0
    assert later["sent"] == lost
    assert {letter["instance_id"] for letter in letters} == lapsed
    assert sorted(copies.values()) == [1] * (len(lapsed) - lost) + [2] * lost
    assert stack.invoke("remind").get("sent", 0) == 0


@pytest.mark.fault("S10")
def test_a_message_that_nobody_can_use_ends_as_a_dead_letter_and_the_page_says_so(stack: Stack) -> None:
    come_back_after(stack, 2)
    assert "dead_letters" not in concerns(stack)

    stack.emulator.client("sqs").send_message(QueueUrl=stack.outputs["PollQueueUrl"], MessageBody="{")

    until(lambda: waiting(stack, "PollDeadLetterQueueUrl") == 1)
    assert waiting(stack, "PollQueueUrl") == 0
    assert stack.invoke("report")["dead_letters"] == 1
    assert "dead_letters" in concerns(stack)
    stack.emulator.client("sqs").purge_queue(QueueUrl=stack.outputs["PollDeadLetterQueueUrl"])
    assert stack.invoke("report")["dead_letters"] == 0
    assert "dead_letters" not in concerns(stack)


def refresh(stack: Stack, ids: set[str]) -> None:
    headers = {"Host": stack.api_host, "Authorization": f"Bearer {stack.tokens['operator']}"}
    for key in ids:
        url = f"{stack.emulator.endpoint}/api/instances/{key}/refresh"
        httpx.post(url, headers=headers, timeout=60).raise_for_status()


def let_leases_run_out(stack: Stack) -> None:
    """Have it be six minutes later for every row that a run holds."""
    dynamodb, table = stack.emulator.client("dynamodb"), stack.outputs["TableName"]
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            if item.get("st") == {"S": "PENDING"} and "lease_owner" in item:
                dynamodb.update_item(
                    TableName=table,
                    Key={"pk": item["pk"], "sk": item["sk"]},
                    UpdateExpression="SET due_at = :past",
                    ExpressionAttributeValues={":past": {"S": "2026-01-03T00:00:00Z"}},
                )


def test_all_of_aws_goes_away_and_comes_back_and_nothing_is_lost_or_repeated(tmp_path: Path) -> None:
    log, state, template = tmp_path / "emulator.log", tmp_path / "state", built_template()
    parameters = parameters_for("http://127.0.0.1:1", NEVER)
    with running_simulator(INSTANCES, tmp_path) as simulated:
        with running_emulator(log, state) as emulator:
            stack = set_up(emulator, simulated, log, template, parameters, print)
            let_everybody_answer(stack)
            first_round(stack, INSTANCES, print)
            known, told = stack.watched(), list(stack.mailbox.letters())
            # What is queued when everything stops is still to be done afterwards.
            emulator.client("sqs").send_message(
                QueueUrl=stack.outputs["PollQueueUrl"],
                DelaySeconds=20,
                MessageBody=json.dumps({"instance_id": min(known)}),
            )

        with running_emulator(log, state, emulator.port):
            again = stack.watched()
            remembered = {key: (item.state.license, item.state.series) for key, item in known.items()}
            assert {key: (item.state.license, item.state.series) for key, item in again.items()} == remembered
            assert stack.invoke("remind").get("sent", 0) == 0
            assert list(stack.mailbox.letters()) == []
            assert told
            until(lambda: tried(stack)[min(known)] != known[min(known)].state.tried_at)
            assert stack.invoke("poll_dispatch")["dispatched"] == INSTANCES
            until(lambda: waiting(stack, "PollQueueUrl") == 0)
            assert stack.invoke("report")["rows"] == INSTANCES
            assert "poll_late" not in concerns(stack)
