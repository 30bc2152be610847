"""Carries the emulator's table and secrets to the state on disk, and back after a restart."""

import time
from collections.abc import Callable
from itertools import batched
from typing import Any

from local.own.state import Snapshot, read_back, spelled

TRIES = 10
ITEMS_A_CALL = 25


class Keeper:
    """Reads and fills one table and the secrets under one path."""

    def __init__(self, dynamodb: Any, ssm: Any, table: str, path: str) -> None:
        self._dynamodb = dynamodb
        self._ssm = ssm
        self._table = table
        self._path = path

    def steady(self, sleep: Callable[[float], None] = time.sleep) -> Snapshot | None:
        """Return everything as it was at one instant; None if it never stood still, to be tried again soon.

        A scan is no snapshot: a claim is two items, and half of one would lose or jam a reminder. But two scans that
        are equal saw one state, since no item ever returns to an earlier version: nothing moved between them.
        """
        before = self.look()
        for _ in range(TRIES):
            after = self.look()
            if before == after:
                return after
            before = after
            sleep(0.05)
        return None

    def look(self) -> Snapshot:
        """Read everything once."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True)
        items = dict(spelled(item) for page in pages for item in page["Items"])
        found = self._ssm.get_paginator("get_parameters_by_path").paginate(
            Path=self._path, Recursive=True, WithDecryption=True
        )
        secrets = {parameter["Name"]: parameter["Value"] for page in found for parameter in page["Parameters"]}
        return Snapshot(items, secrets)

    def restore(self, snapshot: Snapshot) -> None:
        """Put everything back into an empty table."""
        puts = [{"PutRequest": {"Item": read_back(text)}} for text in snapshot.items.values()]
        for some in batched(puts, ITEMS_A_CALL, strict=False):
            left = {self._table: list(some)}
            while left:
                left = self._dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
        for name, value in snapshot.secrets.items():
            self._ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
