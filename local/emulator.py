"""The AWS emulator as a process of its own, on loopback only."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
START_SECONDS = 30.0
STOP_SECONDS = 10.0
NEEDED = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "SSL_CERT_FILE", "SSL_CERT_DIR"}
)
NEEDED_PREFIXES = ("LC_", "PYTHON", "LD_", "DYLD_")
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, read_timeout=120)


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator."""

    port: int
    pid: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        """Return a client of one emulated service."""
        keys: Any = KEYS
        make: Any = boto3.client  # its overloads need the name of the service to be a literal
        return make(service, endpoint_url=self.endpoint, region_name=REGION, config=CONFIG, **keys)


@contextmanager
def running_emulator(log: Path, state: Path | None = None, port: int | None = None) -> Iterator[Emulator]:
    """Run an emulator until the block ends; what it prints goes to `log`.

    There is nothing in it, but for what an earlier one left in the folder `state` when it ended.
    """
    port = port or free_port()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=environment_of(os.environ, port) | _kept_in(state),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            emulator = Emulator(port, process.pid)
            _wait_until_ready(emulator, process)
            yield emulator
        finally:
            stop(process)


def environment_of(given: Mapping[str, str], port: int) -> dict[str, str]:
    """Return what the emulator and the functions in it are told: of ours only what every program needs.

    The rest is not for them: an address of another AWS, whose table they would read, and passwords under any name.
    """
    needed = {name: value for name, value in given.items() if name in NEEDED or name.startswith(NEEDED_PREFIXES)}
    own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "AWS_DEFAULT_REGION": REGION}
    own["IOT_MTLS_ENABLED"] = "0"  # it would listen on all interfaces, whatever BIND_HOST says
    return needed | own | {name.upper(): value for name, value in KEYS.items()}


def _kept_in(state: Path | None) -> dict[str, str]:
    if state is None:
        return {}
    return {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
    }


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, kindly at first."""
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the emulator ended with code {process.returncode}; see its log")
        try:
            with urllib.request.urlopen(f"{emulator.endpoint}/_ministack/health", timeout=2):  # nosec B310  our own, over loopback
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the emulator did not start; see its log")
