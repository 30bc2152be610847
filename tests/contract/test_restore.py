"""The way back from a restored table that the operations guide gives."""

import pytest
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.updates import put_new

from local.emulator import KEYS, REGION, Emulator
from tests.conftest import new_table
from tests.guide import copied


def test_restored_items_are_put_over_those_that_are_there_and_newer_ones_stay(
    emulator: Emulator, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name, value in KEYS.items():
        monkeypatch.setenv(name.upper(), value)
    restored = new_table(emulator.client("dynamodb"))
    restored.write(put_new({"pk": "INST#lost", "sk": "STATE", "ver": 3, "digest": b"\x00\xff"}))
    restored.write(put_new({"pk": "INST#spoiled", "sk": "STATE", "ver": 4}))
    table.write(put_new({"pk": "INST#spoiled", "sk": "STATE", "ver": 9, "note": "wrong"}))
    table.write(put_new({"pk": "INST#added", "sk": "STATE", "ver": 1}))

    assert copied()(restored.name, table.name) == 2

    lost = table.get("INST#lost", "STATE")
    assert lost is not None
    assert (lost["ver"], bytes(lost["digest"])) == (3, b"\x00\xff")
    assert table.get("INST#spoiled", "STATE") == {"pk": "INST#spoiled", "sk": "STATE", "ver": 4}
    assert table.get("INST#added", "STATE") is not None
