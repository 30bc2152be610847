"""Pieces that wait to be told together, an item each, for a day."""

from datetime import datetime, timedelta

from lapsewatch.adapters.arrivals import message_of, routed_body
from lapsewatch.adapters.dynamodb.table import Table, stamp
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.domain.gathering import group_of
from lapsewatch.domain.messages import Message
from lapsewatch.errors import ConflictError

PIECES = "META#PIECES#"
HELD = "META#PIECES"
KEPT = timedelta(days=1)


class DynamoGathering:
    """Pieces by the group that they belong to."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, message: Message, now: datetime) -> None:
        item = {
            "pk": PIECES + group_of(message),
            "sk": message.event_id,
            "body": routed_body(message),
            "expires_ttl": int((now + KEPT).timestamp()),
        }
        try:
            self._table.write(put_new(item))
        except ConflictError:
            return

    def kept(self, message: Message) -> list[Message]:
        items = self._table.query("pk = :pk", {":pk": PIECES + group_of(message)})
        found = (message_of(item["body"]) for item in items if "body" in item)
        return [piece for piece in found if isinstance(piece, Message)]

    def forget(self, message: Message) -> None:
        # What was told is emptied rather than removed, so that a copy of it does not come back.
        pk = PIECES + group_of(message)
        try:
            self._table.write(update(pk, message.event_id, {"body": None}, condition="attribute_exists(body)"))
        except ConflictError:
            return

    def hold(self, message: Message, owner: str, now: datetime, until: datetime) -> bool:
        condition = "attribute_not_exists(held_until) OR held_until <= :now OR held_by = :owner"
        changes = {"held_by": owner, "held_until": stamp(until)}
        values = {":now": stamp(now), ":owner": owner}
        try:
            self._table.write(update(HELD, group_of(message), changes, condition=condition, values=values))
        except ConflictError:
            return False
        return True

    def release(self, message: Message, owner: str) -> None:
        changes = {"held_until": None, "held_by": None}
        try:
            held = {":owner": owner}
            self._table.write(update(HELD, group_of(message), changes, condition="held_by = :owner", values=held))
        except ConflictError:
            return
