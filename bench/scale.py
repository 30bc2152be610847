"""Measure what grows with the fleet: a remind pass, catching up after a week, and a dispatch, on simulated tables."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.table import DUE_SHARDS, FLEET_SHARDS, Table, shard_of, stamp
from lapsewatch.adapters.dynamodb.wire import to_wire
from lapsewatch.adapters.sqs import SqsPollQueue
from lapsewatch.deliver import Delivery
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.digests import urgency
from lapsewatch.domain.license import License
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.poll import dispatch
from lapsewatch.ports import Fleet, Ledger
from lapsewatch.remind import remind

from bench.document import Plot, table
from tests.builders import EXPIRY, instance, license, state
from tests.fakes import FakePublisher, FakeStore

NOW = datetime(2026, 6, 10, 13, 0, tzinfo=UTC)
SIZES = (100, 10_000, 1_000_000)
PAGE = 1_000
BUDGET = 300.0
CALL, PUBLISH = 0.006, 0.1
"""Seconds that a call of the table and a publish take in the simulation."""


@dataclass
class IndexClient:
    """The two indexes of a large table, and what asking them costs."""

    size: int
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.due: dict[str, list[str]] = {f"{shard:02d}": [] for shard in range(DUE_SHARDS)}
        for number in range(self.size):
            at = stamp(NOW + timedelta(minutes=1 + number % 500_000))
            self.due[shard_of(f"pbx-{number}", DUE_SHARDS)].append(at)
        for shard in self.due.values():
            shard.sort()

    def query(self, **request: Any) -> dict[str, Any]:
        values = request["ExpressionAttributeValues"]
        self.asked["queries"] += 1
        if request["IndexName"] == "due":
            found = bisect_right(self.due[values[":s"]["S"]], values[":now"]["S"])
            assert found == 0, "nothing is due here"
            self.asked["read units"] += 1  # half a unit, also for nothing; halved below
            return {"Items": []}
        return self._page(int(values[":s"]["S"]), request.get("ExclusiveStartKey", 0))

    def _page(self, shard: int, start: int) -> dict[str, Any]:
        of_shard = range(shard, self.size, FLEET_SHARDS)
        self.asked["read units"] += -(-len(of_shard[start : start + PAGE]) * 400 // 4096)
        items = [config(f"pbx-{number}") for number in of_shard[start : start + PAGE]]
        more = start + PAGE < len(of_shard)
        return {"Items": items} | ({"LastEvaluatedKey": start + PAGE} if more else {})

    def send_message_batch(self, **_: Any) -> dict[str, Any]:
        self.asked["sends"] += 1
        return {}


def config(instance_id: str) -> dict[str, Any]:
    """Return a CONFIG item as the index holds it."""
    facts = {"name": "Northwind", "customer": "Northwind Health", "address": "n.3cx.us", "access": "api_client"}
    more = {"secret_name": "/l/x", "tls_trust": "system", "enabled": True}
    return to_wire({"pk": f"INST#{instance_id}", "sk": "CONFIG", **facts, **more})


def section() -> Iterator[str | Plot]:
    """Yield the tables and plots of what grows."""
    reminding, dispatching = [], []
    for size in SIZES:
        client = IndexClient(size)
        stores = Table(client, "fleet")  # type: ignore[arg-type]  # it has the calls that are used
        reminding.append((size, _nothing_due(stores), client.asked["read units"] / 2, 0))
        if size > SIZES[0]:
            client.asked.clear()
            seconds = _dispatched(stores, client)
            dispatching.append((size, seconds, client.asked["read units"] / 2, client.asked["sends"]))
    yield "A remind pass with nothing due:"
    yield table(["instances", "CPU (ms)", "read units", "write units"], [_cells(*row) for row in reminding])
    yield Plot(
        "remind", "CPU of a remind pass with nothing due (ms)", {"ours": [(n, s * 1000) for n, s, *_ in reminding]}
    )
    yield "Catching up with 10,000 instances due, a message each, a run every 15 minutes (as digests, it is one run):"
    yield table(["run", "claimed", "sent", "left over (`Backlog`)", "seconds of 300", "sent in order"], _caught_up())
    yield "A dispatch:"
    yield table(["instances", "CPU (ms)", "read units", "requests to SQS"], [_cells(*row) for row in dispatching])
    yield Plot("dispatch", "CPU of a dispatch (ms)", {"ours": [(n, s * 1000) for n, s, *_ in dispatching]})


def _cells(size: int, seconds: float, units: float, more: int) -> list[str]:
    return [f"{size:,}", f"{seconds * 1000:,.1f}", f"{units:,.0f}", f"{more:,}"]


def delivery(fleet: Fleet, ledger: Ledger, publisher: FakePublisher, clock: "Clock") -> Delivery:
    """Return what one run works with."""
    run = {"page_url": "https://licenses.example", "shop": False, "owner": str(clock.runs), "digest_over": 0}
    return Delivery(fleet, ledger, publisher, DEFAULT_RULES, time_left=lambda: BUDGET - clock.spent, **run)  # type: ignore[arg-type]


def _nothing_due(stores: Table) -> float:
    fleet, ledger = DynamoFleet(stores, zone_named("America/New_York")), DynamoLedger(stores)
    before = process_time()
    counts = remind(delivery(fleet, ledger, FakePublisher(), Clock()), NOW)
    assert not +counts, counts
    return process_time() - before


def _dispatched(stores: Table, client: IndexClient) -> float:
    fleet = DynamoFleet(stores, zone_named("America/New_York"))
    before = process_time()
    assert dispatch(fleet, SqsPollQueue(lambda: client, "queue"))["dispatched"] == client.size  # type: ignore[arg-type,return-value]
    return process_time() - before


@dataclass
class Clock:
    """How much of a run's time is spent."""

    spent: float = 0.0
    runs: int = 0


class TimedStore(FakeStore):
    """A store whose calls take their time."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def __getattribute__(self, name: str) -> Any:
        if name in {"watched", "claim", "lease", "mark_sent", "reindex"}:
            self.clock.spent += CALL
        return super().__getattribute__(name)


class TimedPublisher(FakePublisher):
    """A topic whose publishes take their time."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock, self.room = clock, 100

    def publish(self, message: Any) -> str:
        self.clock.spent += PUBLISH
        return super().publish(message)


def ending(number: int) -> License:
    """Return a license of a fleet of which some end sooner than others."""
    return license(expires_at=EXPIRY + timedelta(days=number % 7))


def _caught_up() -> Iterator[list[str]]:
    clock = Clock()
    store, publisher = TimedStore(clock), TimedPublisher(clock)
    for number in range(10_000):
        key = f"pbx-{number:05}"
        store.configs[key], store.states[key] = instance(key), state(ending(number), instance_id=key)
        store.due[key] = EXPIRY - timedelta(days=10)
    while any(store.due.values()) or any(row.due_at for row in store.ledger.values()):
        clock.spent, clock.runs = 0.0, clock.runs + 1
        before = len(publisher.published)
        now = EXPIRY - timedelta(days=3) + timedelta(minutes=15 * clock.runs)
        counts = remind(delivery(store, store, publisher, clock), now)
        sent = publisher.published[before:]
        order = [urgency(notice) for notice in sent]
        if clock.runs > 40 or not (sent or counts["claimed"]):  # noqa: PLR2004  it never ends
            return
        yield [
            str(clock.runs),
            f"{counts['claimed']:,}",
            f"{len(sent):,}",
            f"{counts['backlog']:,}",
            f"{clock.spent:.0f}",
            "yes" if order == sorted(order) else "no",
        ]
