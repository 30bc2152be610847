"""Execution environments of the api function: warm processes that take one request at a time, as on Lambda."""

import asyncio
import importlib
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time
from typing import Any
from uuid import uuid4

from local.emulator import KEYS
from local.stack import Stack

START_SECONDS = 400.0
HANDLER = "functions.api.handler"
HEALTH = {
    "version": "2.0",
    "rawPath": "/healthz",
    "headers": {},
    "requestContext": {"http": {"method": "GET", "path": "/healthz"}, "stage": "$default"},
}


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a handler of an invocation."""

    aws_request_id: str


@dataclass(frozen=True, slots=True)
class Invoked:
    """What a handler answered, and the seconds that it took: by the clock, and of CPU."""

    answer: dict[str, Any]
    seconds: float
    cpu: float


class Environments:
    """So many environments; a request that finds all of them busy waits, where Lambda would start another."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    async def invoke(self, event: dict[str, Any]) -> Invoked:
        return await asyncio.get_running_loop().run_in_executor(self._pool, _invoke, event)


@contextmanager
def warm(stack: Stack, number: int, log: Path) -> Iterator[Environments]:
    """Keep that many environments until the block ends, with the settings that the function was deployed with."""
    found = stack.emulator.client("lambda").get_function_configuration(FunctionName=stack.outputs["ApiFunctionName"])
    variables = {key.upper(): value for key, value in KEYS.items()} | found["Environment"]["Variables"]
    variables |= {"AWS_ENDPOINT_URL": stack.emulator.endpoint, "AWS_DEFAULT_REGION": "us-east-1"}
    ways = multiprocessing.get_context("spawn")
    ready = ways.Barrier(number + 1)
    with ProcessPoolExecutor(number, ways, _start, (variables, log, ready)) as pool:
        starts = [pool.submit(os.getpid) for _ in range(number)]
        ready.wait(START_SECONDS)
        for start in starts:
            start.result()
        yield Environments(pool)


def _start(variables: dict[str, str], log: Path, ready: Any) -> None:
    os.environ |= variables
    # What is logged costs what it costs on Lambda, and is looked through for errors afterwards.
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
    _invoke(HEALTH)
    ready.wait(START_SECONDS)


def _invoke(event: dict[str, Any]) -> Invoked:
    handler = importlib.import_module(HANDLER).handler
    began, before = monotonic(), process_time()
    answer = handler(event, Context(str(uuid4())))
    return Invoked(answer, monotonic() - began, process_time() - before)
