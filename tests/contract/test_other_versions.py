"""Upgrade and roll back: items of every earlier version are read, and what a later one wrote outlives this one.

`tests/items/VERSION.json` holds items as that version wrote them. Those of a released version never change.
"""

import base64
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.dynamodb.feed_store import DynamoFeeds
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.adapters.dynamodb.wire import to_wire
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.license import Reason
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.reading import absorb
from lapsewatch.domain.state import state_due_at

from local.emulator import Emulator
from tests.builders import EXPIRY, NOW, license, observation, row

VERSIONS = sorted(path.stem for path in (Path(__file__).parents[1] / "items").glob("*.json"))
LATER = {"from_the_future": {"a": [1, "b"]}}
ZONE = ZoneInfo("America/New_York")
SK = ("CONFIG", "STATE")


def items_of(version: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parents[1] / "items" / f"{version}.json").read_text()
    found: list[dict[str, Any]] = json.loads(text, object_hook=_bytes)
    return found


def _bytes(found: dict[str, Any]) -> Any:
    return base64.b64decode(found["base64"]) if set(found) == {"base64"} else found


@pytest.fixture(params=VERSIONS)
def older(request: pytest.FixtureRequest, emulator: Emulator, table: Table) -> Table:
    """Return a table as a version left it."""
    for item in items_of(request.param):
        emulator.client("dynamodb").put_item(TableName=table.name, Item=item)
    return table


def read_poll(table: Table, instance_id: str) -> None:
    """Store a reading with a date a year ahead, as a poll does."""
    known = DynamoFleet(table, ZONE).watched([instance_id])[instance_id]
    facts = license(expires_at=EXPIRY + timedelta(days=365))
    absorbed = absorb(known.state, observation(facts, at=NOW + timedelta(hours=1)), DEFAULT_RULES, ZONE)
    due_at = state_due_at(absorbed.state, DEFAULT_RULES, ZONE)
    DynamoStates(table).record(known.state, absorbed, due_at, NOW + timedelta(hours=1))


def test_there_are_items_of_the_version_that_is_being_made() -> None:
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text()

    assert any(f'version = "{version}"' in pyproject for version in VERSIONS), "add what it writes to tests/items"


def test_every_item_of_an_earlier_version_is_read(older: Table, caplog: pytest.LogCaptureFixture) -> None:
    fleet, ledger = DynamoFleet(older, ZONE), DynamoLedger(older)

    with caplog.at_level(logging.WARNING):
        instances = {instance.instance_id for instance in fleet.instances()}
        rows, entries = ledger.rows("northwind"), ledger.history("northwind", 10)

    assert instances == set(fleet.watched(instances)) == {"northwind", "failing", "perpetual", "new"}
    assert (len(rows), len(entries)) == (3, 1)
    assert len(DynamoTokens(older).tokens()) == len(DynamoFeeds(older).feeds()) == 1
    assert set(DynamoHeartbeats(older).last()) == {"poll"}
    assert caplog.records == []


def test_what_an_earlier_version_remembered_goes_on(older: Table) -> None:
    known = DynamoFleet(older, ZONE).watched(["northwind", "failing", "perpetual"])

    assert known["northwind"].state.series[Clock.LICENSE].claimed == 3
    assert known["failing"].state.reason is Reason.TLS_UNTRUSTED
    assert known["failing"].instance.zone.key == "Europe/Berlin"
    assert known["perpetual"].state.perpetual


def test_a_reading_answers_the_alerts_that_an_earlier_version_opened(older: Table) -> None:
    read_poll(older, "northwind")

    resolves = [found for found in DynamoLedger(older).rows("northwind") if found.key.milestone is None]
    assert {"license#000001#003", "license#000001#010"} in [set(found.alerts) for found in resolves]


def test_what_a_later_version_added_outlives_all_that_this_one_writes(older: Table, emulator: Emulator) -> None:
    keys = [("INST#northwind", sk) for sk in (*SK, f"REM#{row(3).key.alert}")]
    for pk, sk in keys:
        item = older.get(pk, sk)
        assert item is not None
        emulator.client("dynamodb").put_item(TableName=older.name, Item=to_wire(item | LATER))
    fleet, ledger = DynamoFleet(older, ZONE), DynamoLedger(older)

    read_poll(older, "northwind")
    known = fleet.watched(["northwind"])["northwind"]
    DynamoStates(older).begin_refresh(known.state, NOW, NOW + timedelta(minutes=1))
    fleet.set_enabled(known.instance, enabled=False)
    fleet.register(known.instance)
    [due] = ledger.some([row(3).key]).values()
    ledger.lease(due, "a run", NOW, NOW + timedelta(minutes=6))

    for pk, sk in keys:
        kept = older.get(pk, sk)
        assert kept is not None
        assert kept["from_the_future"] == LATER["from_the_future"], sk


def test_a_reason_of_a_later_version_is_a_bad_answer_until_the_next_poll_says_it_in_a_word_of_ours(
    older: Table, emulator: Emulator
) -> None:
    item = older.get("INST#failing", "STATE")
    assert item is not None
    emulator.client("dynamodb").put_item(TableName=older.name, Item=to_wire(item | {"reason": "eaten_by_a_bear"}))
    fleet = DynamoFleet(older, ZONE)

    before = fleet.watched(["failing"])["failing"].state.reason
    read_poll(older, "failing")

    assert before is Reason.BAD_ANSWER
    assert fleet.watched(["failing"])["failing"].state.reason is None
