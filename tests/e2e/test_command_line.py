"""The operator's commands on the deployed stack."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.emulator import KEYS, REGION
from tests.e2e.conftest import Running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def command(
    running: Running, *words: str, more: Mapping[str, str] | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command with more in its environment, and something typed at its questions."""
    keys = {name.upper(): value for name, value in KEYS.items()}
    environment = {"AWS_ENDPOINT_URL": running.stack.emulator.endpoint, "AWS_DEFAULT_REGION": REGION, **keys}
    environment |= {"LAPSEWATCH_PBX_PASSWORD": "a secret", "COLUMNS": "200", **(more or {})}
    line = [str(Path(sys.executable).with_name("lapsewatch")), *words]
    # Without a terminal, or a question would be put to whoever runs the tests.
    return subprocess.run(
        line, env=environment, input=typed, capture_output=True, text=True, check=False, start_new_session=True
    )


def test_a_created_token_opens_the_page_until_it_is_revoked(running: Running) -> None:
    token = command(running, "token", "create", "--role", "viewer", "--label", "wall screen").stdout.strip()
    with running.http(None) as http:
        headers = {"Authorization": f"Bearer {token}"}
        opened = http.get("/fleet.json", headers=headers)
        listed = command(running, "token", "list").stdout
        revoked = command(running, "token", "revoke", token.split("_")[1])
        closed = http.get("/fleet.json", headers=headers)

    assert (opened.status_code, revoked.returncode, closed.status_code) == (200, 0, 401)
    assert "wall screen" in listed
    assert token.split("_", 2)[2] not in listed


def test_a_wrong_entry_is_refused_with_its_field_and_nothing_is_stored(running: Running) -> None:
    words = ("--name", "X", "--customer", "Y", "--address", "https://x", "--access", "user_login", "--user", "100")

    done = command(running, "instance", "add", "x", *words)

    assert done.returncode == 1
    assert "address" in done.stderr
    assert "Traceback" not in done.stderr
    assert "│ x " not in command(running, "instance", "list").stdout


def test_a_stack_that_is_not_there_is_said_in_a_line(running: Running) -> None:
    done = command(running, "poll", "--stack", "elsewhere")

    assert done.returncode == 1
    assert "elsewhere" in done.stderr
    assert "Traceback" not in done.stderr
