"""The table goes to disk as it was at one instant, and comes back the same."""

from dataclasses import replace
from uuid import uuid4

from lapsewatch.access import create_token
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.domain.tokens import Role

from local.emulator import Emulator
from local.own.keeper import Keeper
from local.own.state import Snapshot
from tests.builders import NEW_YORK, NOW, instance
from tests.conftest import new_table


def keeper_of(emulator: Emulator, table: Table, path: str) -> Keeper:
    return Keeper(emulator.client("dynamodb"), emulator.client("ssm"), table.name, path)


def test_everything_comes_back_into_an_empty_table(emulator: Emulator, table: Table) -> None:
    path = f"/lapsewatch/{uuid4().hex}"
    fleet = DynamoFleet(table, NEW_YORK)
    for n in range(60):
        fleet.register(replace(instance(f"pbx-{n}"), secret_name=f"{path}/pbx/pbx-{n}"))
    create_token(DynamoTokens(table), Role.VIEWER, "x", NOW)  # has bytes in it
    ssm = emulator.client("ssm")
    for n in range(12):
        ssm.put_parameter(Name=f"{path}/pbx/pbx-{n}", Value=f"secret {n}", Type="SecureString")
    kept = keeper_of(emulator, table, path).steady()
    assert kept is not None
    assert (len(kept.items), len(kept.secrets)) == (121, 12)

    other = new_table(emulator.client("dynamodb"))
    restored = keeper_of(emulator, other, path)
    restored.restore(kept)

    assert restored.look() == kept
    assert len(list(DynamoFleet(other, NEW_YORK).instances())) == 60


class Moving(Keeper):
    """Looks at a table that moves until it has been looked at so many times."""

    def __init__(self, still_after: int) -> None:
        self.looks = 0
        self.still_after = still_after

    def look(self) -> Snapshot:
        self.looks += 1
        return Snapshot({"a": str(min(self.looks, self.still_after))}, {})


def test_what_moves_is_looked_at_until_it_stands_still() -> None:
    keeper = Moving(still_after=4)

    assert keeper.steady(lambda _: None) == Snapshot({"a": "4"}, {})
    assert keeper.looks == 5


def test_what_never_stands_still_is_not_kept() -> None:
    assert Moving(still_after=1000).steady(lambda _: None) is None
