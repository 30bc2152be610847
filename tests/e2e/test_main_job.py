"""The main job as its users see it: poll, remind, page, refresh, on the deployed stack."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.mailbox import open_mailbox
from tests.e2e.conftest import INSTANCES, Running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def fleet(running: Running) -> dict[str, Any]:
    """Return fleet.json by instance id."""
    with running.http("viewer") as http:
        document = http.get("/fleet.json").raise_for_status().json()
    return {row["instance_id"]: row for row in document["instances"]}


def simulated(running: Running) -> dict[str, dict[str, Any]]:
    found = httpx.get(f"{running.stack.simulated['control_url']}/instances").json()["instances"]
    return {facts["id"]: facts for facts in found}


def was_reminded(running: Running, instance_id: str) -> bool:
    with running.http("viewer") as http:
        ledger = http.get(f"/api/instances/{instance_id}/reminders").raise_for_status().json()
    return [(row["event"], row["state"]) for row in ledger["reminders"]] == [("reminder", "SENT")]


def in_mode(running: Running, mode: str) -> str:
    """Return the id of a simulated PBX in this mode."""
    return next(key for key, facts in simulated(running).items() if facts["mode"] == mode)


def test_every_instance_is_on_the_page_with_the_date_its_pbx_told(running: Running) -> None:
    rows, pbxs = fleet(running), simulated(running)

    assert rows.keys() == pbxs.keys()
    assert len(rows) == INSTANCES
    for key, facts in pbxs.items():
        if facts["mode"] == "ok" and facts["expires_at"]:
            told = datetime.fromisoformat(facts["expires_at"]).replace(microsecond=0)
            assert datetime.fromisoformat(rows[key]["expires_at"]) == told


def test_the_counters_add_up_to_the_fleet(running: Running) -> None:
    with running.http("viewer") as http:
        document = http.get("/fleet.json").json()

    assert sum(document["counters"].values()) == len(document["instances"]) == INSTANCES


@pytest.mark.parametrize(
    ("mode", "reason"), [("html", "not_a_pbx"), ("hang", "timeout"), ("sentinel", "unusable_date")]
)
def test_a_pbx_that_misbehaves_becomes_a_reason_on_its_row(running: Running, mode: str, reason: str) -> None:
    row = fleet(running)[in_mode(running, mode)]

    assert row["reason"] == reason
    assert row["remedy"]


def test_a_wrong_password_becomes_a_reason_too(running: Running) -> None:
    assert fleet(running)[in_mode(running, "reject")]["reason"] == "bad_credentials"


def test_five_remind_runs_send_each_reminder_once(running: Running) -> None:
    list(running.stack.mailbox.letters())
    mailbox = open_mailbox(running.stack.emulator, running.stack.outputs["TopicArn"], "five-runs")
    instance_id = next(key for key, row in fleet(running).items() if (row["days_left"] or 0) > 100)
    tomorrow = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    running.vendor(instance_id, expires_at=tomorrow.isoformat())
    with running.http() as http:
        http.post(f"/api/instances/{instance_id}/refresh").raise_for_status()

    for _ in range(5):
        running.stack.invoke("remind")

    letters = [(subject, letter) for subject, letter in mailbox.letters() if letter["instance_id"] == instance_id]
    assert len(letters) == 1
    subject, letter = letters[0]
    assert subject.isascii()
    assert subject.startswith("[CRITICAL]")
    assert letter["event"] == "expired"
    assert fleet(running)[instance_id]["license_key"] not in json.dumps(letter)


def test_a_renewal_reaches_the_page_by_a_refresh_and_is_resolved(running: Running) -> None:
    running.stack.invoke("remind")
    near = (key for key, row in fleet(running).items() if row["days_left"] in range(1, 11))
    instance_id = next(key for key in near if was_reminded(running, key))
    mailbox = open_mailbox(running.stack.emulator, running.stack.outputs["TopicArn"], "renewal")
    renewed = (datetime.now(UTC) + timedelta(days=400)).replace(microsecond=0)
    running.vendor(instance_id, expires_at=renewed.isoformat())

    with running.http() as http:
        answer = http.post(f"/api/instances/{instance_id}/refresh")
        again = http.post(f"/api/instances/{instance_id}/refresh")

    done = answer.raise_for_status().json()
    assert done["changed"]
    assert done["resolved"]
    assert done["before"]["band"] == "critical"
    assert done["after"]["band"] == "active"
    assert again.status_code == 429
    assert fleet(running)[instance_id]["band"] == "active"
    running.stack.invoke("remind")
    events = [letter["event"] for _, letter in mailbox.letters() if letter["instance_id"] == instance_id]
    assert events == ["resolved"]


def test_a_renewal_at_the_vendor_alone_changes_nothing_yet(running: Running) -> None:
    instance_id = next(key for key, row in fleet(running).items() if (row["days_left"] or 0) > 60)
    before = fleet(running)[instance_id]["expires_at"]
    running.vendor(instance_id, expires_at="2031-01-01T12:00:00Z")

    running.stack.invoke("poll_dispatch")
    running.stack.invoke("report")

    assert fleet(running)[instance_id]["expires_at"] == before


def test_a_bad_token_is_401_and_an_unknown_instance_404(running: Running) -> None:
    with running.http(None) as stranger, running.http() as operator:
        bad = stranger.post("/api/instances/x/refresh", headers={"Authorization": "Bearer lw_000000000000_wrong"})
        unknown = operator.post("/api/instances/nobody/refresh")

    assert bad.status_code == 401
    assert unknown.status_code == 404


def test_healthz_knows_that_every_job_has_run(running: Running) -> None:
    with running.http(None) as http:
        ages = http.get("/healthz").json()["seconds_since"]

    assert all(age is not None for age in ages.values())


def test_no_secret_reaches_the_logs_or_the_pages(running: Running) -> None:
    with running.http("viewer") as http:
        pages = "".join(http.get(path).text for path in ("/", "/calendar", "/fleet.json"))
    logs = running.stack.log.read_text()

    for pbx in running.stack.simulated["instances"]:
        assert pbx["password"] not in pages
        assert pbx["password"] not in logs
    for row in fleet(running).values():
        assert not row["license_key"] or row["license_key"] not in logs
    assert all(token not in logs for token in running.stack.tokens.values())
