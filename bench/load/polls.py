"""Five thousand messages through the queue, to the workers as they are deployed."""

import time
from typing import Any

import httpx

from bench.document import table
from bench.load.figures import Told
from bench.load.pbxs import came, facts, healthy
from local.stack import Stack

INSTANCES, SWEEPS = 1_000, 5
PATIENCE = 600.0
WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


def polls(stack: Stack) -> Told:
    """Sweep the fleet several times; each PBX that answers is to be signed in to once a sweep."""
    _wake(stack)
    rows, faults = [], []
    for sweep in range(1, SWEEPS + 1):
        before, seen = facts(stack.simulated), _tried(stack)
        begun = time.monotonic()
        sent = stack.invoke("poll_dispatch")["dispatched"]
        drained = _drained(stack)
        seconds = time.monotonic() - begun
        logins = came(before, facts(stack.simulated))
        well = healthy(before)
        unread = _unread(stack, well, seen)
        twice = {key: number for key, number in logins.items() if number > 1}
        rows.append([f"{sweep}", f"{sent:,}", f"{seconds:.0f}", f"{sent / seconds:.0f}", f"{sum(logins.values()):,}"])
        faults += [f"sweep {sweep}: {sent} of {INSTANCES} were queued"] if sent != INSTANCES else []
        faults += [f"sweep {sweep}: the queue was not empty after {PATIENCE:.0f} s"] if not drained else []
        faults += [f"sweep {sweep}: {len(unread)} PBXs that answer were not read, as {unread[0]}"] if unread else []
        faults += [f"sweep {sweep}: {key} was signed in to {number} times" for key, number in twice.items()]
    dead = _waiting(stack, "PollDeadLetterQueueUrl")
    faults += [f"{dead} polls are dead letters"] if dead else []
    return Told([table(["sweep", "messages", "seconds", "a second", "sign-ins"], rows)], faults)


def _wake(stack: Stack) -> None:
    """Let those answer that hang: every sweep would wait two minutes for the late lane that they are put off to."""
    control = stack.simulated["control_url"]
    for key, pbx in facts(stack.simulated).items():
        if pbx["mode"] == "hang":
            httpx.patch(f"{control}/instances/{key}", json={"mode": "ok"}).raise_for_status()


def _tried(stack: Stack) -> dict[str, Any]:
    return {key: item.state.tried_at for key, item in stack.watched().items()}


def _unread(stack: Stack, ids: list[str], seen: dict[str, Any]) -> list[str]:
    now = _tried(stack)
    return [key for key in ids if now[key] == seen[key]]


def _drained(stack: Stack) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _waiting(stack, "PollQueueUrl") == 0:
            return True
        time.sleep(0.5)
    return False


def _waiting(stack: Stack, queue: str) -> int:
    found = stack.emulator.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[queue], AttributeNames=list(WAITING)
    )
    return sum(int(found["Attributes"][name]) for name in WAITING)
