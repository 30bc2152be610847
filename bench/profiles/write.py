"""The conditional write of a reading, with the read before it, one after the other."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.poll import Polling, remember
from lapsewatch.wiring import aws
from pyinstrument import Profiler

from bench.profiles.shares import profiled
from local.emulator import KEYS, REGION, running_emulator
from tests.builders import instance, observation
from tests.conftest import new_table
from tests.fakes import FakeQueue, FakeSecrets

WRITES = 1_000


def profile() -> Profiler:
    """Profile them against the emulator."""
    with tempfile.TemporaryDirectory() as name, running_emulator(Path(name) / "log") as emulator:
        os.environ |= {"AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": emulator.endpoint}
        os.environ |= {key.upper(): value for key, value in KEYS.items()}
        table = aws.table(new_table(emulator.client("dynamodb")).name)
        fleet = DynamoFleet(table, zone_named("America/New_York"))
        fleet.register(instance("northwind"))
        unused: Any = None
        work = Polling(fleet, DynamoStates(table), FakeSecrets(), unused, DEFAULT_RULES, FakeQueue())
        now = datetime.now(UTC)
        with profiled() as profiler:
            for number in range(WRITES):
                [watched] = fleet.watched(["northwind"]).values()
                at = now + timedelta(seconds=number)
                remember(work, watched, observation(at=at), at)
    return profiler
