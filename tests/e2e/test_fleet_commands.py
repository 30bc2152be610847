"""The fleet as a file, and its check-up, on the deployed stack."""

import json
from pathlib import Path
from typing import Any

import pytest
from lapsewatch.domain.license import title_of

from tests.e2e.conftest import Running
from tests.e2e.test_command_line import command

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def test_an_export_applied_changes_nothing(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    exported = command(running, "fleet", "export", "--output", str(path))
    planned = command(running, "fleet", "plan", str(path))
    applied = command(running, "fleet", "apply", str(path), "--yes")

    assert [done.returncode for done in (exported, planned, applied)] == [0, 0, 0]
    assert "Nothing to do" in planned.stdout
    passwords = [pbx["password"] for pbx in running.stack.simulated["instances"]]
    assert not [password for password in passwords if password in path.read_text()]


def test_a_pbx_is_added_tested_paused_and_removed_by_a_file(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    (tmp_path / "ca.pem").write_text(running.stack.simulated["ca_pem"])
    command(running, "fleet", "export", "--output", str(path))
    before = path.read_text()
    row = """
  - {id: newcomer, name: "New [/] Comer", customer: New, address: newcomer.invalid, access: user_login, user: 0100,
     tls: {ca_file: ca.pem}, secret: {env: NEW_PASSWORD}}
"""
    path.write_text(before + row)
    secret = {"NEW_PASSWORD": "canary-9b1c"}

    planned = command(running, "fleet", "plan", str(path), "--json", more=secret)
    applied = command(running, "fleet", "apply", str(path), "--yes", more=secret)
    again = command(running, "fleet", "plan", str(path))
    tested = command(running, "instance", "test", "newcomer", "--json")
    path.write_text(before + row.replace("secret:", "enabled: false, secret:"))
    paused = command(running, "fleet", "apply", str(path), "--yes")
    path.write_text(before)
    removed = command(running, "fleet", "apply", str(path), "--yes")

    assert [d.returncode for d in (planned, applied, again, tested, paused, removed)] == [2, 0, 0, 1, 0, 0]
    [step] = json.loads(planned.stdout)["steps"]
    assert (step["action"], step["instance_id"], step["lacks_password"]) == ("add", "newcomer", False)
    assert json.loads(tested.stdout)["reason"] == "unreachable"
    assert "canary" not in planned.stdout + applied.stdout + tested.stdout
    assert "pause newcomer" in paused.stdout
    assert "newcomer" not in command(running, "instance", "list").stdout


def test_a_file_cut_short_removes_nothing(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text("instances: []\n")

    refused = command(running, "fleet", "apply", str(path), "--yes")

    assert refused.returncode == 1
    assert "--allow-removals 24" in refused.stderr
    assert len(json.loads(command(running, "instance", "list", "--json").stdout)) == 24


def test_nothing_is_applied_that_was_not_said_yes_to(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    command(running, "fleet", "export", "--output", str(path))
    before = path.read_text()
    path.write_text(before.replace("    customer: ", "    enabled: false\n    customer: ", 1))

    declined = command(running, "fleet", "apply", str(path), typed="n\n")

    path.write_text(before)
    assert declined.returncode == 1
    assert "pause" in declined.stdout
    assert command(running, "fleet", "plan", str(path)).returncode == 0


def test_a_wrong_row_rejects_the_file_with_its_line(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text(
        "instances:\n  - id: x\n    name: X\n    customer: Y\n    address: http://x\n    access: user_login\n"
    )

    refused = command(running, "fleet", "plan", str(path))

    assert refused.returncode == 1
    assert "line 5: x: address:" in refused.stderr


@pytest.mark.slow  # who did not answer in time is read two minutes later
def test_polls_are_followed_until_they_land(running: Running) -> None:
    done = command(running, "poll", "--wait", "--json")

    told = json.loads(done.stdout)
    assert told["not_read"] == []
    assert told["read"] + len(told["failed"]) > 0
    assert done.returncode == (1 if told["failed"] else 0)


def test_the_doctor_names_what_fails_and_why(running: Running) -> None:
    with running.http() as http:
        rows = http.get("/fleet.json").json()["instances"]
    failing = {row["instance_id"]: row["reason"] for row in rows if row["freshness"] == "failing"}

    done = command(running, "doctor", "--json")

    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    told = {finding["about"]: finding["text"] for finding in found if finding["name"] == "failing"}
    assert set(failing) <= set(told)
    assert all(title_of(reason) in told[key] for key, reason in failing.items())
    assert done.returncode == 1
    assert "what to do" in command(running, "doctor").stdout


def test_one_pbx_is_tested_from_here(running: Running) -> None:
    with running.http() as http:
        rows = http.get("/fleet.json").json()["instances"]
    good = next(row for row in rows if row["freshness"] == "fresh" and row["license_key"])
    bad = next(row for row in rows if row["freshness"] == "failing")

    read, failed = (command(running, "instance", "test", row["instance_id"]) for row in (good, bad))

    assert (read.returncode, failed.returncode) == (0, 1)
    assert "was read from here" in read.stdout
    assert good["license_key"] not in read.stdout
    assert title_of(bad["reason"]) in failed.stdout


def test_the_stack_is_named_by_the_environment(running: Running) -> None:
    done = command(running, "instance", "list", more={"LAPSEWATCH_STACK": "elsewhere"})

    assert done.returncode == 1
    assert "elsewhere" in done.stderr


def test_a_list_of_keys_is_held_against_what_is_watched(running: Running, tmp_path: Path) -> None:
    with running.http() as http:
        rows = [row for row in http.get("/fleet.json").json()["instances"] if row["license_key"] and row["expires_on"]]
    lines = [f"{row['license_key']},{row['expires_on']}" for row in rows]
    (tmp_path / "keys.csv").write_text("\n".join(["License key,Expires", *lines, "ZZZZ-YYYY-XXXX-WWWW,2026-01-01"]))

    done = command(running, "fleet", "reconcile", str(tmp_path / "keys.csv"), "--json")

    found = json.loads(done.stdout)["mismatches"]
    assert [m["listed_on"] for m in found if m["kind"] == "not_watched"] == ["2026-01-01"]
    assert not [m for m in found if m["kind"] == "dates_disagree"]
    assert done.returncode == 1
    assert not [row["license_key"] for row in rows if row["license_key"] in done.stdout]
