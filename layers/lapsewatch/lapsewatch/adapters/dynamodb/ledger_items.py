"""How a row of the ledger is spelled as an item, and read back."""

from collections.abc import Iterable
from datetime import timedelta

from lapsewatch.adapters.dynamodb.items import id_of, pk_of
from lapsewatch.adapters.dynamodb.table import DUE_SHARDS, instant_of, maybe_instant, maybe_stamp, shard_of, stamp
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.changes import Change, Entry
from lapsewatch.domain.ledger import Answer, LedgerRow, RowKey, RowState

REM = "REM#"
CHG = "CHG#"
HISTORY_KEPT = timedelta(days=800)


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
        "due_at": maybe_stamp(row.due_at),
        "alerts": set(row.alerts) or None,
        "answer": row.answer.value,
        "changes": changes_item(row.changes) or None,
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
        due_at=maybe_instant(item, "due_at"),
        sent_at=maybe_instant(item, "sent_at"),
        sns_message_id=item.get("sns_message_id"),
        alerts=frozenset(item.get("alerts", ())),
        changes=changes_of(item.get("changes", [])),
        answer=Answer(item.get("answer", Answer.RENEWED)),
    )


def changes_item(changes: Iterable[Change]) -> list[Item]:
    return [{"fact": change.fact, "before": change.before, "after": change.after} for change in changes]


def changes_of(items: Iterable[Item]) -> tuple[Change, ...]:
    return tuple(Change(item["fact"], item["before"], item["after"]) for item in items)


def entry_item(instance_id: str, entry: Entry, number: int) -> Item:
    """Spell an entry of the history; `number` is that of the observation that brought it."""
    return {
        "pk": pk_of(instance_id),
        "sk": f"{CHG}{stamp(entry.at)}#{number:09d}",
        "changes": changes_item(entry.changes),
        "at": stamp(entry.at),
        "expires_ttl": int((entry.at + HISTORY_KEPT).timestamp()),
    }


def entry_of(item: Item) -> Entry:
    return Entry(instant_of(item["at"]), changes_of(item["changes"]))


def key_of(item: Item) -> RowKey:
    return RowKey.of_alert(id_of(item["pk"]), item["sk"].removeprefix(REM))
