"""The same contract on the fake and on the real adapter over the emulator's table."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.ports import Fleet, Ledger, States

from tests.fakes import FakeStore

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Stores:
    """The three faces of the table."""

    fleet: Fleet
    states: States
    ledger: Ledger


@pytest.fixture(params=["fake", "emulator"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Return the stores, once as the fake and once for real."""
    if request.param == "fake":
        store = FakeStore()
        return Stores(store, store, store)
    table = request.getfixturevalue("table")
    return Stores(DynamoFleet(table, NEW_YORK), DynamoStates(table), DynamoLedger(table))
