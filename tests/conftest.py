"""One emulator and one browser for all tests that need them, started when the first of them asks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from lapsewatch.adapters.dynamodb.table import Table
from playwright.sync_api import Browser

from local.build import built_template
from local.emulator import Emulator, running_emulator
from tests.browser import chromium


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests for the workers: a file each, and one for all that needs the whole stack.

    Those in a browser come last: Playwright keeps its event loop in the thread of a worker, where no other can run.
    """
    in_browser = {item for item in items if "browser" in getattr(item, "fixturenames", ())}
    on_stack = {item for item in items if {"running", "built"} & set(getattr(item, "fixturenames", ()))}
    for item in items:
        item.add_marker(pytest.mark.xdist_group("stack" if item in on_stack else item.path.stem))
    for item in in_browser:
        item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: (item in in_browser or item in on_stack, item not in on_stack, item in in_browser))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser that lives as long as the test run."""
    with chromium() as opened:
        yield opened


# How long one example takes says something about the machine, not about the code.
settings.register_profile("untimed", deadline=None)
# A mutant lives or dies by the same examples each time.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Return an emulator that lives as long as the test run."""
    with running_emulator(tmp_path_factory.mktemp("emulator") / "log") as emulator:
        yield emulator


@pytest.fixture(scope="session")
def built() -> Path:
    """Return the folder of the built functions and their layer."""
    return built_template().parent


@pytest.fixture
def table(emulator: Emulator) -> Table:
    """Return a new, empty fleet table."""
    return new_table(emulator.client("dynamodb"))


def new_table(client: Any) -> Table:
    """Create an empty fleet table."""
    name = f"fleet-{uuid4().hex[:8]}"
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **fleet_table())
    return Table(client, name)


def fleet_table() -> dict[str, Any]:
    """Return the keys and indexes of the table; a template test holds the template to the same."""
    names = ("pk", "sk", "due_shard", "due_at", "fleet_shard")
    return {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "KeySchema": _keys("pk", "sk"),
        "GlobalSecondaryIndexes": [
            _index("due", _keys("due_shard", "due_at"), "KEYS_ONLY"),
            _index("fleet", _keys("fleet_shard", "pk"), "ALL"),
        ],
    }


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _index(name: str, keys: list[dict[str, str]], projected: str) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": projected}}
