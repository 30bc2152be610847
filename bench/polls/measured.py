"""Measure polls: every client at 10, 50 and 200 at once, and a whole poll with what the table takes."""

import os
import resource
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from pathlib import Path

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.poll import Polling, poll
from lapsewatch.wiring import aws

from bench.document import Plot, table
from bench.polls.clients import LOOPBACK, Polls, clients
from bench.polls.pbx import BenchPbx, running_pbx
from bench.rounds import Taken, interleaved
from local.emulator import KEYS, REGION, running_emulator
from tests.builders import instance
from tests.conftest import new_table
from tests.fakes import FakeQueue, FakeSecrets

AT_ONCE = (10, 50, 200)
POLLS = 200
SDK = "3CX SDK"
WHOLE = "ours: a whole poll, with the table"
LONG = 2_000


def section() -> Iterator[str | Plot]:
    """Yield the tables and plots of polls."""
    with (
        tempfile.TemporaryDirectory() as name,
        running_pbx(Path(name)) as pbx,
        running_emulator(Path(name) / "log") as emulator,
    ):
        os.environ |= {"AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": emulator.endpoint}
        os.environ |= {key.upper(): value for key, value in KEYS.items()}
        every = clients(pbx) | {WHOLE: _whole(pbx, emulator.client("dynamodb"))}
        figures = {at_once: _measured(every, at_once) for at_once in AT_ONCE}
        memory = _memory(every["ours: a visit"])
    floor = next(iter(every))

    def cell(name: str, at_once: int) -> str:
        cpu = figures[at_once][name].cpu
        return f"{cpu * 1000:.2f}, {cpu / figures[at_once][floor].cpu:.1f}"

    yield table(
        ["client", *(f"{n} at once: ms, x floor" for n in AT_ONCE), "spread at 200 (ms)", "polls a second"],
        [
            [name]
            + [
                f"{figures[n][name].cpu * 1000:.2f}, {figures[n][name].cpu / figures[n][floor].cpu:.1f}"
                for n in AT_ONCE
            ]
            + [figures[AT_ONCE[-1]][name].spread, f"{1 / figures[AT_ONCE[-1]][name].wall:.0f}"]
            for name in every
        ],
    )
    yield memory
    yield Plot(
        "polls",
        "CPU of one poll (ms) by polls at once",
        {name: [(n, figures[n][name].cpu * 1000) for n in AT_ONCE] for name in every if name != SDK},
    )


def _measured(every: dict[str, Polls], at_once: int) -> dict[str, Taken]:
    """Return what a single poll of each client took."""
    sizes = {name: 10 if name == SDK else min(POLLS, 3 * at_once) for name in every}
    works = {name: partial(polls, sizes[name], min(at_once, sizes[name])) for name, polls in every.items()}
    figures = interleaved(works)
    return {
        name: Taken(*(value / sizes[name] for value in (found.cpu, found.low, found.high, found.wall)))
        for name, found in figures.items()
    }


def _memory(polls: Polls) -> str:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    polls(LONG, 200)
    rise = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return f"The peak of memory rose by {rise:.1f} MB over {LONG:,} further polls, 200 at once."


def _whole(pbx: BenchPbx, client: object) -> Polls:
    fleet_table = aws.table(new_table(client).name)
    zone = zone_named("America/New_York")
    fleet = DynamoFleet(fleet_table, zone)
    tls = Tls(Trust.CA, pbx.ca.read_text())
    ids = [f"pbx-{number}" for number in range(POLLS)]
    for id_ in ids:
        fleet.register(instance(id_, address=f"localhost:{pbx.port}", access=Access.API_CLIENT, tls=tls))
    work = Polling(fleet, DynamoStates(fleet_table), FakeSecrets(), PbxReader(LOOPBACK), DEFAULT_RULES, FakeQueue())

    def polls(number: int, at_once: int) -> None:
        for some in batched(ids[:number], at_once, strict=False):
            polled = poll(work, some, datetime.now(UTC))
            assert polled.counts["polled"] == len(some), polled

    return polls
