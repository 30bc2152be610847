"""How a row of the ledger is spelled as an item, and read back."""

from datetime import datetime

from lapsewatch.adapters.dynamodb.items import id_of, pk_of
from lapsewatch.adapters.dynamodb.table import DUE_SHARDS, Item, instant_of, shard_of, stamp
from lapsewatch.domain.ledger import Answer, LedgerRow, RowKey, RowState

REM = "REM#"


def sk_of(key: RowKey) -> str:
    return REM + key.alert


def row_item(row: LedgerRow) -> Item:
    """Spell a new row. Every attribute that a condition compares is there from birth: a missing one never matches."""
    return {
        "pk": pk_of(row.key.instance_id),
        "sk": sk_of(row.key),
        "st": row.state.value,
        "attempts": row.attempts,
        "refusals": row.refusals,
        "created_at": stamp(row.created_at),
        "due_shard": shard_of(row.key.instance_id, DUE_SHARDS),
        "due_at": None if row.due_at is None else stamp(row.due_at),
        "alerts": set(row.alerts) or None,
        "answer": row.answer.value,
    }


def row_of(item: Item) -> LedgerRow:
    """Read a row; raises KeyError or ValueError for an item that is none."""
    return LedgerRow(
        key=key_of(item),
        state=RowState(item["st"]),
        created_at=instant_of(item["created_at"]),
        attempts=int(item["attempts"]),
        refusals=int(item.get("refusals", 0)),
        lease_owner=item.get("lease_owner"),
        due_at=_instant(item, "due_at"),
        sent_at=_instant(item, "sent_at"),
        sns_message_id=item.get("sns_message_id"),
        alerts=frozenset(item.get("alerts", ())),
        answer=Answer(item.get("answer", Answer.RENEWED)),
    )


def key_of(item: Item) -> RowKey:
    return RowKey.of_alert(id_of(item["pk"]), item["sk"].removeprefix(REM))


def _instant(item: Item, name: str) -> datetime | None:
    return instant_of(item[name]) if name in item else None
