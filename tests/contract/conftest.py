"""The same contract on the fake and on the real adapter over the emulator's table."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import boto3
import pytest
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.ports import Fleet, Ledger, States

from tests.fakes import FakeStore

NEW_YORK = ZoneInfo("America/New_York")


class Stores:
    """The three faces of the table."""

    def __init__(self, fleet: Fleet, states: States, ledger: Ledger) -> None:
        self.fleet = fleet
        self.states = states
        self.ledger = ledger


@pytest.fixture(scope="session")
def aws() -> Iterator[Callable[[str], Any]]:
    """Return a maker of clients of an emulator that lives as long as the test run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    endpoint = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", "ministack"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(endpoint)
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        yield lambda service: boto3.client(service, endpoint_url=endpoint, **keys)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def table(aws: Callable[[str], Any]) -> Table:
    """Return a new, empty fleet table."""
    client, name = aws("dynamodb"), f"fleet-{uuid4().hex[:8]}"
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **fleet_table())
    return Table(client, name)


@pytest.fixture(params=["fake", "emulator"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Return the stores, once as the fake and once for real."""
    if request.param == "fake":
        store = FakeStore()
        return Stores(store, store, store)
    table = request.getfixturevalue("table")
    return Stores(DynamoFleet(table, NEW_YORK), DynamoStates(table), DynamoLedger(table))


def fleet_table() -> dict[str, Any]:
    """Return the keys and indexes of the table; a template test holds the template to the same."""
    names = ("pk", "sk", "due_shard", "due_at", "fleet_shard")
    return {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "KeySchema": _keys("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "due",
                "KeySchema": _keys("due_shard", "due_at"),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
            {"IndexName": "fleet", "KeySchema": _keys("fleet_shard", "pk"), "Projection": {"ProjectionType": "ALL"}},
        ],
    }


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _wait_for(endpoint: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health"):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the emulator did not start")
