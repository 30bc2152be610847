"""When each scheduled job last ended well."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from lapsewatch.adapters.dynamodb.table import Table, instant_of, stamp
from lapsewatch.adapters.dynamodb.updates import update
from lapsewatch.errors import ConflictError

BEATS = "META#HEARTBEATS"


class DynamoHeartbeats:
    """One item per job; an older beat never replaces a newer one."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def beat(self, job: str, now: datetime, facts: Mapping[str, int]) -> None:
        changes = {"completed_at": stamp(now), "facts": dict(facts)}
        condition = "attribute_not_exists(pk) OR completed_at <= :now"
        write = update(BEATS, job, changes, condition=condition, values={":now": stamp(now)})
        with suppress(ConflictError):
            self._table.write(write)

    def last(self) -> dict[str, datetime]:
        items = self._table.query("pk = :pk", {":pk": BEATS})
        return {item["sk"]: instant_of(item["completed_at"]) for item in items}
