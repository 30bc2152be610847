"""The command serves, tells where, and stops when told."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulator.live import trust_in


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    path = tmp_path / "ready.json"
    path.write_text("left by an earlier run")
    return path


@pytest.fixture
def process(ready: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "local.simulator", "--instances", "12", "--seed", "7", "--ready", str(ready)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with process:
        yield process
        process.kill()


@pytest.fixture
def document(process: subprocess.Popen[bytes], ready: Path) -> Any:
    for _ in range(200):
        if ready.exists() and ready.read_text().startswith("{"):
            return json.loads(ready.read_text())
        time.sleep(0.05)
    raise TimeoutError("the simulator did not get ready")


def test_the_ready_file_tells_how_to_reach_everything(document: Any) -> None:
    assert document.keys() == {"control_url", "ca_pem", "instances"}
    assert len(document["instances"]) == 12
    for row in document["instances"]:
        assert row.keys() == {
            *("id", "name", "customer", "fqdn", "zone", "access", "address", "user", "password"),
        }


def test_the_ready_file_is_for_its_owner_only(document: Any, ready: Path) -> None:
    assert ready.stat().st_mode & 0o777 == 0o600


def test_what_the_ready_file_tells_is_true(document: Any) -> None:
    row = next(row for row in document["instances"] if row["access"] == "api_client")
    form = {"client_id": row["user"], "client_secret": row["password"], "grant_type": "client_credentials"}
    url = f"https://{row['address']}/connect/token"

    signed_in = httpx.post(url, data=form, verify=trust_in(document["ca_pem"]), trust_env=False)
    health = httpx.get(f"{document['control_url']}/healthz", trust_env=False)

    assert (signed_in.status_code, health.json()["instances"]) == (200, 12)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_and_quietly(
    process: subprocess.Popen[bytes], document: Any, number: signal.Signals
) -> None:
    process.send_signal(number)

    said, _ = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, b"")
