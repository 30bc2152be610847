"""Serve a simulated fleet until told to stop: `python -m local.simulator --instances 40 --ready FILE`."""

import argparse
import asyncio
import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.simulator.fleet import simulated_fleet
from local.simulator.server import running


async def serve(instances: int, seed: int, ready: Path, control_port: int) -> None:
    """Serve, write what a client needs to `ready` when every port listens, and stop at SIGTERM or Ctrl-C."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    fleet = simulated_fleet(instances, seed, datetime.now(UTC))
    async with running(fleet, control_port) as simulator:
        publish(ready, simulator.document())
        await stopped.wait()


def publish(ready: Path, document: dict[str, Any]) -> None:
    """Write the file in one step, so that nobody reads half of it; it holds credentials, so only for its owner."""
    draft = ready.with_name(f"{ready.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(document, file)
    draft.replace(ready)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.simulator")
    parser.add_argument("--instances", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--control-port", type=int, default=0)
    given = parser.parse_args()
    # What an earlier run has left would be taken for this one's.
    given.ready.unlink(missing_ok=True)
    asyncio.run(serve(given.instances, given.seed, given.ready, given.control_port))


if __name__ == "__main__":
    main()
