"""The README's way from a fresh copy to the first PBX on the page, run as it is written there."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from local.build import ROOT
from local.emulator import free_port
from local.fleet_process import running_simulator

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

TEN_MINUTES = 600
SECTION = re.compile(r"## Your first PBX in ten minutes\n(.*?)\n## ", re.DOTALL)
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
OF_THIS_RUN = ("AWS_", "LAPSEWATCH_", "MAKE", "MFLAGS", "VIRTUAL_ENV", "FLEET", "LOCAL_DIR", "SMTP_")
"""Variables that somebody at a fresh terminal has not set."""
ON_A_TERMINAL = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))"


def blocks() -> list[str]:
    """Return the commands of the README, as they would be copied."""
    [section] = SECTION.findall((ROOT / "README.md").read_text())
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in BLOCK.findall(section)]


def copy_to(folder: Path) -> None:
    """Copy what a clone would have, and what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.split("\0"):
        source = ROOT / name
        if name and source.is_file() and not source.is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)


@contextmanager
def on_a_terminal(command: str, folder: Path, environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command that believes that somebody is there to ask, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, "bash", "-c", command],
        cwd=folder,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.stdin is not None and process.poll() is None:
            process.stdin.write(b"\x03")  # as Ctrl-C on its terminal
            process.stdin.flush()
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def said_until(output: IO[bytes], words: str) -> str:
    """Read what a command prints until it says something."""
    said = b""
    while words.encode() not in said:
        piece = os.read(output.fileno(), 4096)
        assert piece, said.decode(errors="replace")
        said += piece
    return said.decode(errors="replace")


def test_the_first_pbx_is_on_the_page_within_ten_minutes(tmp_path: Path) -> None:
    place = tmp_path / "lapsewatch"
    copy_to(place)
    write_file, run_local, look = blocks()
    with running_simulator(6, tmp_path) as simulated:
        pbx = next(
            p for p in simulated["instances"] if p["access"] == "user_login" and p["id"] == "northwind-cardiology"
        )
        (place / "ca.pem").write_text(simulated["ca_pem"])
        # What stands for their own in the README, and the certificate that only this PBX needs.
        theirs = {"northwind.3cx.us": pbx["address"], '"100"': f'"{pbx["user"]}"\n    tls: {{ca_file: ca.pem}}'}
        for example, own in theirs.items():
            assert example in write_file
            write_file = write_file.replace(example, own)
        environ = {name: value for name, value in os.environ.items() if not name.startswith(OF_THIS_RUN)}
        environ |= {"PORT": str(free_port()), "ALLOWED_NETWORKS": "127.0.0.1/32,::1/128", "TERM": "dumb"}

        begun = time.monotonic()
        subprocess.run(["bash", "-euc", write_file], cwd=place, env=environ, check=True, timeout=TEN_MINUTES)
        with on_a_terminal(run_local, place, environ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            said_until(process.stdout, "Password or client secret of Northwind Cardiology: ")
            process.stdin.write(pbx["password"].encode() + b"\n")
            process.stdin.flush()
            said = said_until(process.stdout, "Ctrl-C stops everything")
            took = time.monotonic() - begun
            rows = _fleet(place)
            looked = subprocess.run(
                ["bash", "-uc", look], cwd=place, env=environ, capture_output=True, text=True, check=False, timeout=60
            )

    assert pbx["password"] not in said
    assert [(row["name"], row["freshness"]) for row in rows] == [("Northwind Cardiology", "fresh")]
    assert rows[0]["expires_on"]
    assert "was read from here" in looked.stdout
    assert "Nothing is wrong" in looked.stdout
    assert took < TEN_MINUTES, took


def _fleet(place: Path) -> list[dict[str, Any]]:
    ready = json.loads((place / ".local" / "ready.json").read_text())
    answer = httpx.get(f"{ready['url']}/fleet.json", headers={"Authorization": f"Bearer {ready['token']}"})
    rows: list[dict[str, Any]] = answer.json()["instances"]
    return rows
