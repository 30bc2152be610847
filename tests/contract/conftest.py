"""The same contract on the fake and on the real adapter over the emulator's table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.domain.ledger import LedgerRow, RowKey
from lapsewatch.ports import Fleet, Ledger, Record, States

from tests.conftest import new_table
from tests.dynamodb_local import dynamodb_local
from tests.fakes import FakeStore

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Stores:
    """The faces of the table."""

    fleet: Fleet
    states: States
    ledger: Ledger
    record: Record

    def row(self, key: RowKey) -> LedgerRow | None:
        return self.ledger.some([key]).get(key)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a client of Amazon's own engine, which lives as long as the test run."""
    with dynamodb_local(tmp_path_factory.mktemp("dynamodb") / "log") as client:
        yield client


@pytest.fixture(params=["fake", "emulator", "dynamodb local"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Return the stores, once as the fake and twice for real."""
    if request.param == "fake":
        store = FakeStore()
        return Stores(store, store, store, store)
    if request.param == "emulator":
        table = request.getfixturevalue("table")
    else:
        table = new_table(request.getfixturevalue("engine"))
    ledger = DynamoLedger(table)
    return Stores(DynamoFleet(table, NEW_YORK), DynamoStates(table), ledger, ledger)
