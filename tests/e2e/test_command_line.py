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


def test_a_feed_is_open_to_whoever_has_its_address_until_it_is_revoked(running: Running) -> None:
    with running.http() as http:
        fleet = http.get("/fleet.json").json()["instances"]
    customer = fleet[0]["customer"]
    made = command(running, "feed", "create", "--label", "the board", "--customer", customer).stdout
    page, calendar = (line.partition(": ")[2].strip() for line in made.splitlines())
    feed_id = page.split("_")[1]

    with running.http(None) as http:
        opened, subscribed = http.get(page), http.get(calendar)
        again = http.get(calendar, headers={"If-None-Match": subscribed.headers["ETag"]})
        listed = command(running, "feed", "list").stdout
        command(running, "feed", "revoke", feed_id)
        closed = [http.get(address).status_code for address in (page, calendar)]

    assert (opened.status_code, subscribed.status_code, again.status_code, closed) == (200, 200, 304, [404, 404])
    assert customer in opened.text.replace("&amp;", "&").replace("&#39;", "'")
    ours = [row for row in fleet if row["customer"] == customer and row["expires_on"]]
    assert subscribed.text.count("BEGIN:VEVENT") >= len(ours)
    assert not [row for row in fleet if row["license_key"] and row["license_key"] in opened.text + subscribed.text]
    assert feed_id in listed
    assert page.split("_", 2)[2].rstrip("/") not in listed


def test_a_feed_for_a_customer_that_nobody_has_is_refused_with_the_nearest_name(running: Running) -> None:
    with running.http() as http:
        customer = http.get("/fleet.json").json()["instances"][0]["customer"]

    done = command(running, "feed", "create", "--label", "x", "--customer", customer.upper())

    assert done.returncode == 1
    assert customer in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


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
