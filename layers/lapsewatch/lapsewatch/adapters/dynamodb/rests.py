"""Which routes are left alone for a while."""

from datetime import datetime

from lapsewatch.adapters.dynamodb.table import Table, instant_of, stamp
from lapsewatch.adapters.dynamodb.updates import update
from lapsewatch.errors import ConflictError

RESTS = "META#RESTS"


class DynamoRests:
    """One item per route that ever rested."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def until(self, route: str) -> datetime | None:
        return next((instant_of(item["rests_until"]) for item in self._table.get_many([(RESTS, route)])), None)

    def rest(self, route: str, until: datetime) -> None:
        condition = "attribute_not_exists(pk) OR rests_until < :until"
        values = {":until": stamp(until)}
        try:
            self._table.write(update(RESTS, route, {"rests_until": stamp(until)}, condition=condition, values=values))
        except ConflictError:
            return
