"""`make local`: PBXs of one's own, durable state, reminders by mail, and a restart that repeats none of them."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from local.build import ROOT
from local.emulator import free_port
from local.fleet_process import running_simulator
from tests.unit.own.test_mail import Inbox

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(400)]

READY_SECONDS = 120
STOP_SECONDS = 60


@dataclass
class Home:
    """A folder with a fleet file, and what `make local` is told."""

    folder: Path
    simulated: dict[str, Any]
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self, number: int) -> None:
        """Write a fleet file of so many of the simulated PBXs."""
        (self.folder / "ca.pem").write_text(self.simulated["ca_pem"])
        (self.folder / "secrets").mkdir(exist_ok=True)
        rows = []
        for pbx in self.simulated["instances"][:number]:
            (self.folder / "secrets" / pbx["id"]).write_text(pbx["password"])
            fields = {name: pbx[name] for name in ("id", "name", "customer", "address", "access", "user")}
            secret = {"file": f"secrets/{pbx['id']}"}
            rows.append(json.dumps({**fields, "tls": {"ca_file": "ca.pem"}, "secret": secret}))
        text = "instances:\n" + "".join(f"  - {row}\n" for row in rows)
        (self.folder / "fleet.yaml").write_text(text)

    def start(self, **more: str) -> subprocess.Popen[str]:
        port = free_port()
        told = {"FLEET": str(self.folder / "fleet.yaml"), "LOCAL_DIR": str(self.state), "PORT": str(port)}
        # From midnight on, so that what is due today is due whenever this runs.
        told |= {"ALLOWED_NETWORKS": "127.0.0.1/32,::1/128", "SAVE_SECONDS": "1", "REMINDER_HOUR": "0"}
        told |= {**self.environ, **more}
        return subprocess.Popen(
            ["make", "--no-print-directory", "local"],
            cwd=ROOT,
            env={**os.environ, **told},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def running(self, *, ends_by: signal.Signals = signal.SIGTERM, **more: str) -> Iterator[dict[str, str]]:
        """Run until the block ends, then end it as told; what it printed is in `said` of what is yielded."""
        process = self.start(**more)
        ready: dict[str, str] = {}
        try:
            ready |= _ready(self.state / "ready.json", process)
            yield ready
        finally:
            os.killpg(process.pid, ends_by)
            ready["said"] = process.communicate(timeout=STOP_SECONDS)[0]
            if ends_by is signal.SIGKILL:
                (self.state / "ready.json").unlink(missing_ok=True)


def _ready(path: Path, process: subprocess.Popen[str]) -> dict[str, str]:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if path.exists():
            found: dict[str, str] = json.loads(path.read_text())
            return found
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        time.sleep(0.2)
    raise TimeoutError


def fleet_of(ready: dict[str, str]) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {ready['token']}"}
    rows: list[dict[str, Any]] = httpx.get(f"{ready['url']}/fleet.json", headers=headers).json()["instances"]
    return rows


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Return PBXs that stand in for somebody's own."""
    with running_simulator(6, tmp_path_factory.mktemp("pbxs")) as simulated:
        yield simulated


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, dict[str, str]]]:
    """Return a mail server, and the variables that lead to it."""
    handler, port = Inbox(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "SMTP_FROM": "lapsewatch@example.com", "SMTP_TO": "noc@example.com"}
    try:
        yield handler, mail
    finally:
        controller.stop()


def test_a_restart_after_a_stop_or_a_crash_repeats_no_reminder(
    simulated: dict[str, Any], inbox: tuple[Inbox, dict[str, str]], tmp_path: Path
) -> None:
    handler, mail = inbox
    home = Home(tmp_path, simulated, mail)
    home.write(5)

    with home.running() as first:
        rows = fleet_of(first)
        _until(lambda: len(handler.mails) >= 3)
    subjects = [str(mail["Subject"]) for mail in handler.mails]
    with home.running(ends_by=signal.SIGKILL) as second:
        kept = fleet_of(second)
        orphan = int((home.state / "emulator.pid").read_text())
        time.sleep(5)
    outlived = _is_there(orphan)
    with home.running() as third:
        after_crash = fleet_of(third)
        time.sleep(5)

    assert (outlived, _is_there(orphan)) == (True, False)
    assert len(rows) == len(kept) == len(after_crash) == 5
    assert len(set(subjects)) == len(subjects)
    assert [str(mail["Subject"]) for mail in handler.mails] == subjects
    assert second["token"] == first["token"]
    assert all(subject in first["said"].replace("\n", " ") for subject in subjects)
    assert "✉" not in second["said"] + third["said"]
    passwords = [pbx["password"] for pbx in simulated["instances"]]
    assert not [word for word in passwords if word in first["said"] + second["said"] + third["said"]]


def test_what_is_new_is_reminded_of_and_a_wrong_file_changes_nothing(
    simulated: dict[str, Any], inbox: tuple[Inbox, dict[str, str]], tmp_path: Path
) -> None:
    handler, mail = inbox
    home = Home(tmp_path, simulated, mail)
    home.write(2)
    with home.running():
        _until(lambda: len(handler.mails) >= 1)
    before = len(handler.mails)
    home.write(3)
    with home.running() as more:
        rows = fleet_of(more)
        _until(lambda: len(handler.mails) > before)
    (tmp_path / "fleet.yaml").write_text("instances:\n  - id: x\n")
    with home.running() as wrong:
        left = fleet_of(wrong)

    assert (len(rows), len(left)) == (3, 3)
    assert "the fleet stays as it was" in wrong["said"]
    assert "is missing: add it" in wrong["said"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"FLEET": ""}, "make local FLEET=fleet.yaml"),
        ({"FLEET": "/nowhere/fleet.yaml"}, "No such file"),
        ({"REMINDER_HOUR": "25"}, "REMINDER_HOUR"),
        ({"SMTP_URL": "mail.example.com"}, "SMTP_URL"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_goes_on(
    simulated: dict[str, Any], tmp_path: Path, told: dict[str, str], said: str
) -> None:
    home = Home(tmp_path, simulated)
    home.write(1)

    process = home.start(**told)
    output = process.communicate(timeout=READY_SECONDS)[0]

    assert process.returncode != 0
    assert said in output
    assert "Traceback" not in output


def _until(true: Any) -> None:
    deadline = time.monotonic() + 40
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def _is_there(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()[:1] not in {"", "Z"}
