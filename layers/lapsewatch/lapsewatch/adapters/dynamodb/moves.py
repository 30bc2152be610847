"""The sweep that is under way: one item, counted up by the workers and taken down by the run that tells of it."""

from collections import Counter
from datetime import datetime

from lapsewatch.adapters.dynamodb.table import Table, instant_of, stamp
from lapsewatch.adapters.dynamodb.updates import update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.moves import Sweep
from lapsewatch.errors import ConflictError

PK, SK = "META#MOVES", "SWEEP"
SHIFT = "shift#"


class DynamoMoves:
    """Moves in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, shifts: Counter[int], now: datetime) -> None:
        added = {f"{SHIFT}{days}": number for days, number in shifts.items()}
        newer = "attribute_not_exists(last_at) OR last_at <= :now"
        try:
            self._write({"last_at": stamp(now)}, newer, {":now": stamp(now)}, added)
        except ConflictError:
            # Another worker was here later than our clock says: its instant stays, our dates count all the same.
            self._write({}, "attribute_exists(pk)", {}, added)

    def sweep(self) -> Sweep | None:
        item = self._table.get(PK, SK)
        shifts = _shifts(item or {})
        return Sweep(instant_of(item["last_at"]), shifts) if item and shifts else None

    def lease(self, sweep: Sweep, owner: str, now: datetime, until: datetime) -> None:
        free = "last_at = :last AND (attribute_not_exists(lease_until) OR lease_until <= :now)"
        values = {":last": stamp(sweep.last_at), ":now": stamp(now)}
        self._write({"lease_owner": owner, "lease_until": stamp(until)}, free, values)

    def told(self, sweep: Sweep, owner: str) -> None:
        removed = {f"{SHIFT}{days}": -number for days, number in sweep.shifts.items()}
        freed: Item = {"lease_owner": None, "lease_until": None}
        self._write(freed, "lease_owner = :owner", {":owner": owner}, removed)

    def _write(self, changes: Item, condition: str, values: Item, add: Item | None = None) -> None:
        self._table.write(update(PK, SK, changes, condition=condition, values=values, add=add))


def _shifts(item: Item) -> dict[int, int]:
    found = {name.removeprefix(SHIFT): number for name, number in item.items() if name.startswith(SHIFT)}
    return {int(days): number for days, number in found.items() if number > 0}
