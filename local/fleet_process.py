"""The simulator as a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.build import ROOT
from local.emulator import stop

START_SECONDS = 60.0


@contextmanager
def running_simulator(instances: int, folder: Path, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Run a simulated fleet until the block ends, and yield how to reach it."""
    ready = folder / "simulator.json"
    command = [sys.executable, "-m", "local.simulator", "--instances", str(instances), "--seed", str(seed)]
    with (folder / "simulator.log").open("wb") as output:
        process = subprocess.Popen(
            [*command, "--ready", str(ready)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield _described(ready, process)
        finally:
            stop(process)


def _described(ready: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if ready.exists():
            described: dict[str, Any] = json.loads(ready.read_text())
            return described
        if process.poll() is not None:
            raise RuntimeError(f"the simulator ended with code {process.returncode}; see its log")
        time.sleep(0.1)
    raise TimeoutError("the simulator did not start; see its log")
