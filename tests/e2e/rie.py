"""A built function as Lambda runs it: its own folder, the built layer, the runtime's packages, and nothing else.

The runtime interface emulator is Amazon's own and comes with the SAM command line. It takes one call at a time, answers
200 also for errors, and would listen on all addresses if not told otherwise.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from local.build import ROOT, architecture
from local.emulator import KEYS, REGION, free_port, stop

EMULATOR = f".venv-sam/lib/python3.13/site-packages/samcli/local/rapid/aws-lambda-rie-{architecture()}"
OF_THE_RUNTIME = ("boto3", "awslambdaric")
"""What Lambda's Python has beside the standard library, with what these need."""
INVOKE = "2015-03-31/functions/function/invocations"
START_SECONDS = 30.0


@dataclass(frozen=True)
class BuiltFunction:
    """One environment of one function."""

    address: str
    output: Path
    log: Path

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the answer, or what Lambda says of the error."""
        request = urllib.request.Request(f"http://{self.address}/{INVOKE}", data=json.dumps(event).encode())
        with urllib.request.urlopen(request, timeout=100) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    @property
    def init_ms(self) -> float:
        """Return how long it took until the first event could be handed over."""
        [told] = re.findall(r"INIT REPORT\(durationMs: ([\d.]+)\)", self.log.read_text())
        return float(told)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return what was logged as JSON: the function's own lines, and its metrics."""
        return [json.loads(line) for line in self.output.read_text().splitlines() if line.startswith("{")]

    @property
    def metrics(self) -> set[str]:
        """Return the names of all metrics so far."""
        groups = [group for line in self.lines for group in line.get("_aws", {}).get("CloudWatchMetrics", [])]
        return {metric["Name"] for group in groups for metric in group["Metrics"]}


@contextmanager
def running_function(build: Path, name: str, configuration: dict[str, Any], folder: Path) -> Iterator[BuiltFunction]:
    """Run a function until the block ends, with the handler and the environment that it was deployed with."""
    code, layer = build / name, build / "LapsewatchLayer" / "python"
    address, runtime_api = (f"127.0.0.1:{free_port()}" for _ in range(2))
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(map(str, (code, layer, runtime_packages(folder / "runtime")))),
        "LAMBDA_TASK_ROOT": str(code),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(configuration["Timeout"]),
        **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), REGION),
        # As Lambda's file system is read-only, nothing is compiled where it was not built.
        "PYTHONDONTWRITEBYTECODE": "1",
        **{key.upper(): value for key, value in KEYS.items()},
        **configuration["Environment"]["Variables"],
    }
    command = [
        str(ROOT / EMULATOR),
        *("--runtime-interface-emulator-address", address, "--runtime-api-address", runtime_api),
        *(sys.executable, "-S", "-m", "awslambdaric", configuration["Handler"]),
    ]
    output, log = folder / f"{name}.out", folder / f"{name}.log"
    with output.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(command, cwd=code, env=environment, stdout=out, stderr=err, start_new_session=True)
        try:
            _wait_for(address, process)
            yield BuiltFunction(address, output, log)
        finally:
            stop(process)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    host, port = address.split(":")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the runtime interface emulator did not start")


def runtime_packages(folder: Path) -> Path:
    """Return a folder of links to the runtime's packages alone: without the layer, its packages must be missing."""
    folder.mkdir(exist_ok=True)
    for name in _needed(OF_THE_RUNTIME):
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            link = folder / top
            if not link.exists():
                link.symlink_to(str(found.locate_file(top)))
    return folder


def _needed(names: tuple[str, ...]) -> set[str]:
    needed: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in needed:
            needed.add(name)
            plain = [entry for entry in distribution(name).requires or () if ";" not in entry]
            left += [re.split(r"[^\w.-]", entry)[0].lower().replace("_", "-") for entry in plain]
    return needed
