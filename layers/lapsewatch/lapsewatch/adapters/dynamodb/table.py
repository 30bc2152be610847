"""The table as a connection: plain values in and out, lost races as ConflictError."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lapsewatch.adapters.dynamodb.wire import Item, from_wire, to_wire
from lapsewatch.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

DUE_INDEX = "due"
FLEET_INDEX = "fleet"
DUE_SHARDS = 16
FLEET_SHARDS = 4
TRIES = 4
KEYS_A_CALL = 100


def stamp(instant: datetime) -> str:
    """Return the canonical text of a UTC instant; texts sort as their instants do."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_of(text: str) -> datetime:
    """Read a canonical instant back."""
    return datetime.fromisoformat(text).astimezone(UTC)


def maybe_stamp(instant: datetime | None) -> str | None:
    """Return the text of an instant that may be unknown."""
    return None if instant is None else stamp(instant)


def maybe_instant(item: Mapping[str, Any], name: str) -> datetime | None:
    """Read an instant back from an attribute that may be absent."""
    return instant_of(item[name]) if name in item else None


def shard_of(instance_id: str, shards: int) -> str:
    """Return the index shard of an instance, the same on every machine."""
    return f"{zlib.crc32(instance_id.encode()) % shards:02d}"


class Table:
    """One DynamoDB table. Throttling is retried by the SDK; only what a caller can decide about surfaces."""

    def __init__(self, client: DynamoDBClient, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self.name = name
        self._sleep = sleep

    def get(self, pk: str, sk: str) -> Item | None:
        """Read one item consistently."""
        answer = self._client.get_item(TableName=self.name, Key=to_wire({"pk": pk, "sk": sk}), ConsistentRead=True)
        return from_wire(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: list[tuple[str, str]]) -> Iterator[Item]:
        """Read items consistently, a hundred a call, until none is left unprocessed."""
        for start in range(0, len(keys), KEYS_A_CALL):
            wanted: Any = [to_wire({"pk": pk, "sk": sk}) for pk, sk in keys[start : start + KEYS_A_CALL]]
            pause = 0.05
            while wanted:
                answer = self._client.batch_get_item(RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}})
                yield from (from_wire(item) for item in answer["Responses"].get(self.name, []))
                left = answer["UnprocessedKeys"].get(self.name)
                wanted = left["Keys"] if left else []
                if wanted:
                    self._sleep(pause)
                    pause = min(pause * 2, 2.0)

    def query(
        self, condition: str, values: Item, index: str | None = None, *, latest_first: bool = False
    ) -> Iterator[Item]:
        """Yield all items of a key condition, page by page; consistently unless by an index."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_wire(values),
            "ScanIndexForward": not latest_first,
        }
        request |= {"IndexName": index} if index else {"ConsistentRead": True}
        while True:
            answer = self._client.query(**request)
            yield from (from_wire(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def write(self, *actions: Item) -> None:
        """Do one conditional write, or several as one transaction (each `{"Update" | "Put": …}`).

        Raises ConflictError if a condition failed. What collided with a transaction is tried again.
        """
        for attempt in range(TRIES):
            try:
                self._write(actions)
            except ClientError as error:
                if not _collided(error) or attempt == TRIES - 1:
                    raise _translated(error) from error
                self._sleep(random.uniform(0, 0.05 * 2**attempt))
            else:
                return

    def _write(self, actions: tuple[Item, ...]) -> None:
        if len(actions) > 1:
            self._client.transact_write_items(TransactItems=[self._named(action) for action in actions])
            return
        [(kind, request)] = self._named(actions[0]).items()
        if kind == "Put":
            self._client.put_item(**request)
        else:
            self._client.update_item(**request)

    def _named(self, action: Item) -> Any:
        return {kind: {"TableName": self.name, **request} for kind, request in action.items()}


def _collided(error: ClientError) -> bool:
    if error.response["Error"]["Code"] == "TransactionConflictException":
        return True
    reasons = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") == "TransactionConflict" for reason in reasons) and not _failed(error)


def _failed(error: ClientError) -> bool:
    reasons = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)


def _translated(error: ClientError) -> Exception:
    lost = error.response["Error"]["Code"] == "ConditionalCheckFailedException"
    if lost or _failed(error) or _collided(error):
        return ConflictError("another writer was first")
    return error
