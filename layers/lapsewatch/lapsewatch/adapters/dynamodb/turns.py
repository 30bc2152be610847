"""Whose turn it is: of many workers that want a job run, one asks for it."""

from datetime import datetime, timedelta

from lapsewatch.adapters.dynamodb.table import Table, stamp
from lapsewatch.adapters.dynamodb.updates import update
from lapsewatch.errors import ConflictError

TURNS = "META#TURNS"


class DynamoTurns:
    """One item per job: when it was last asked for."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, job: str, now: datetime, every: timedelta) -> bool:
        condition = "attribute_not_exists(pk) OR asked_at <= :before"
        values = {":before": stamp(now - every)}
        try:
            self._table.write(update(TURNS, job, {"asked_at": stamp(now)}, condition=condition, values=values))
        except ConflictError:
            return False
        return True
