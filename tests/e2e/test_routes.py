"""Two routes of which one hangs, on the deployed stack: declared, spread, told, and taken back."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.digests import digest_of

from tests.builders import NOW, notice
from tests.e2e.conftest import Running
from tests.e2e.receiver import SECRET
from tests.e2e.test_command_line import command
from tests.e2e.test_webhook import lapse

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROUTES = """
routes:
  - {name: noc, channel: webhook, secret: {env: NOC_TARGET}, match: {severity: CRITICAL}}
  - {name: chat, channel: webhook, secret: {env: CHAT_TARGET}, default: true}
  - {name: hung, channel: webhook, secret: {env: HUNG_TARGET}}
"""
MANY = 300
"""Notices that are due at once."""


@pytest.fixture
def declared(running: Running, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Declare three routes in a fleet file, one of which hangs; take them back afterwards."""
    path, receiver = tmp_path / "fleet.yaml", running.receiver
    command(running, "fleet", "export", "--output", str(path))
    before = path.read_text()
    path.write_text(before + ROUTES)
    names = ("noc", "chat", "hung")
    targets = {
        f"{name.upper()}_TARGET": json.dumps({"url": receiver.at(f"/{name}"), "secret": SECRET}) for name in names
    }
    receiver.hangs.add("/hung")
    planned = command(running, "fleet", "plan", str(path), more=targets)
    applied = command(running, "fleet", "apply", str(path), "--yes", more=targets)
    again = command(running, "fleet", "plan", str(path), more=targets)
    assert [done.returncode for done in (planned, applied, again)] == [2, 0, 0], applied.stderr
    assert "+ add route noc: webhook" in planned.stdout
    assert SECRET not in planned.stdout + applied.stdout
    yield targets
    path.write_text(before + "routes: []\n")
    removed = command(running, "fleet", "apply", str(path), "--yes")
    receiver.hangs.clear()
    # The other tests look at what the webhook that nobody declared was sent.
    receiver.posts = [post for post in receiver.posts if post.path.removeprefix("/") not in names]
    assert removed.returncode == 0, removed.stderr


def posts(running: Running, path: str) -> list[dict[str, Any]]:
    return [post.document for post in list(running.receiver.posts) if post.path == path]


def until(running: Running, path: str, number: int, seconds: float = 120.0) -> float:
    """Wait until a path was posted to so often; return how many seconds that took."""
    began = time.monotonic()
    while len({post["event_id"] for post in posts(running, path)}) < number:
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{len(posts(running, path))} of {number} posts to {path}")
        time.sleep(0.2)
    return time.monotonic() - began


@pytest.mark.fault("N11")
def test_each_route_gets_what_it_takes_while_another_hangs(running: Running, declared: dict[str, str]) -> None:
    instance_id = lapse(running)

    running.stack.invoke("remind")

    until(running, "/noc", 1)
    [told] = [post for post in posts(running, "/noc") if post["instance_id"] == instance_id]
    assert told["event"] == "expired"
    assert told["acknowledge_url"].startswith(f"{running.url}/acknowledge/{instance_id}.license.")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with running.http() as http:
            ledger = http.get(f"/api/instances/{instance_id}/reminders").json()
        routes = {it["route"]: it for row in ledger["reminders"] for it in row["routes"] if row["event"] == "expired"}
        if routes.get("hung", {}).get("attempts"):
            break
        time.sleep(1)
    assert (routes["noc"]["standing"], routes["noc"]["answer"]) == ("delivered", "127.0.0.1: HTTP 204")
    assert (routes["hung"]["standing"], routes["hung"]["answer"]) == ("waiting", "127.0.0.1: timeout")
    assert "chat" not in routes

    with running.http(role=None) as http:
        shown = http.get(told["acknowledge_url"])
        taken = http.post(told["acknowledge_url"], data={"reason": "Order 4711"})
    state = running.stack.watched()[instance_id].state
    assert (shown.status_code, taken.status_code) == (200, 200)
    assert [series.acknowledged.by for series in state.series.values() if series.acknowledged] == ["route noc"]


def test_a_route_is_tried_by_its_name(running: Running, declared: dict[str, str]) -> None:
    trusted = {"SSL_CERT_FILE": str(running.receiver.ca_file)}

    fine = command(running, "notify", "test", "chat", more=trusted)
    hung = command(running, "notify", "test", "hung", more=trusted)
    unknown = command(running, "notify", "test", more=trusted)

    assert (fine.returncode, fine.stdout) == (0, "127.0.0.1: HTTP 204\n")
    assert (hung.returncode, "127.0.0.1: timeout" in hung.stderr) == (1, True)
    assert "Say which route of chat, hung, noc" in unknown.stderr


@pytest.mark.slow
@pytest.mark.fault("N13")
def test_three_hundred_at_once_reach_one_route_while_another_hangs(
    running: Running, declared: dict[str, str], record_property: Any
) -> None:
    topic, sns = running.stack.outputs["TopicArn"], running.stack.emulator.client("sns")
    before = len({post["event_id"] for post in posts(running, "/noc")})
    for number in range(MANY):
        form = form_of(notice(1, instance_id=f"none-{number}"))
        sns.publish(
            TopicArn=topic, Message=json.dumps(form.bodies), MessageStructure="json", MessageAttributes=form.attributes
        )

    took = until(running, "/noc", before + MANY, seconds=200)

    record_property("seconds", round(took))


@pytest.mark.slow
@pytest.mark.fault("N13")
def test_two_digests_reach_each_route_as_one_message(running: Running, declared: dict[str, str]) -> None:
    topic, sns = running.stack.outputs["TopicArn"], running.stack.emulator.client("sns")
    before = len(posts(running, "/noc"))
    for piece in ("one", "two"):
        some = [notice(1, instance_id=f"{piece}-{number}") for number in range(12)]
        form = form_of(digest_of(some, running.url, NOW))
        sns.publish(
            TopicArn=topic, Message=json.dumps(form.bodies), MessageStructure="json", MessageAttributes=form.attributes
        )

    deadline = time.monotonic() + 150
    while len(posts(running, "/noc")) == before and time.monotonic() < deadline:
        time.sleep(1)
    time.sleep(10)

    [whole] = posts(running, "/noc")[before:]
    assert (whole["event"], len(whole["notices"])) == ("digest", 24)
