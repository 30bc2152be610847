"""How a hand-over is spelled as an item, and read back."""

from collections.abc import Iterable
from datetime import timedelta

from lapsewatch.adapters.dynamodb.items import id_of, pk_of
from lapsewatch.adapters.dynamodb.table import DUE_SHARDS, instant_of, maybe_instant, maybe_stamp, shard_of, stamp
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.ledger import KEPT, RowKey

RTE = "RTE#"
ESCALATED = "escalated"


def sk_of(key: HandoverKey) -> str:
    return "#".join([f"{RTE}{key.row.alert}", key.route, *([ESCALATED] if key.escalated else [])])


def key_of(item: Item) -> HandoverKey:
    clock, cycle, last, route, *more = item["sk"].removeprefix(RTE).split("#")
    row = RowKey.of_alert(id_of(item["pk"]), f"{clock}#{cycle}#{last}")
    return HandoverKey(row, route, escalated=more == [ESCALATED])


def handover_item(handover: Handover) -> Item:
    """Spell a new hand-over; it goes when the rows of the ledger go."""
    instance_id = handover.key.row.instance_id
    return {
        "pk": pk_of(instance_id),
        "sk": sk_of(handover.key),
        "standing": handover.standing.value,
        "event_id": handover.event_id,
        "created_at": stamp(handover.created_at),
        "attempts": handover.attempts,
        "escalated_from": handover.escalated_from,
        "due_shard": shard_of(instance_id, DUE_SHARDS) if handover.due_at else None,
        "due_at": maybe_stamp(handover.due_at),
        "expires_ttl": int((handover.created_at + KEPT + timedelta(days=1)).timestamp()),
    }


def handover_of(item: Item) -> Handover:
    """Read a hand-over; raises KeyError or ValueError for an item that is none."""
    return Handover(
        key=key_of(item),
        event_id=item["event_id"],
        created_at=instant_of(item["created_at"]),
        standing=Standing(item["standing"]),
        at=maybe_instant(item, "at"),
        answer=item.get("answer", ""),
        attempts=int(item["attempts"]),
        escalated_from=item.get("escalated_from"),
        due_at=maybe_instant(item, "due_at"),
        escalated_at=maybe_instant(item, "escalated_at"),
    )


def keys_of(keys: Iterable[HandoverKey]) -> list[tuple[str, str]]:
    return [(pk_of(key.row.instance_id), sk_of(key)) for key in keys]
