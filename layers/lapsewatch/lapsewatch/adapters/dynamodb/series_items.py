"""How the reminders of one clock are spelled inside the item of a state, and read back."""

from datetime import date

from lapsewatch.adapters.dynamodb.table import instant_of, maybe_instant, maybe_stamp, stamp
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.series import Series


def series_item(series: Series | None) -> Item | None:
    if series is None:
        return None
    item = {
        "cycle": series.cycle,
        "anchor": stamp(series.anchor),
        "expires_at": stamp(series.expires_at),
        "claimed": series.claimed,
        "quiet_until": maybe_stamp(series.quiet_until),
        "acknowledged": _acknowledgement_item(series.acknowledged),
        "closed": {anchor: stamp(at) for anchor, at in series.closed.items()} or None,
        "moved_from": maybe_stamp(series.moved_from),
    }
    return {name: value for name, value in item.items() if value is not None}


def series_of(clock: Clock, item: Item) -> Series:
    stored = item[f"{clock}_series"]
    claimed = stored.get("claimed")
    return Series(
        clock=clock,
        cycle=int(stored["cycle"]),
        anchor=instant_of(stored["anchor"]),
        expires_at=instant_of(stored["expires_at"]),
        claimed=None if claimed is None else int(claimed),
        open_alerts=frozenset(item.get(f"{clock}_alerts", ())),
        quiet_until=maybe_instant(stored, "quiet_until"),
        acknowledged=_acknowledgement_of(stored.get("acknowledged")),
        closed={anchor: instant_of(at) for anchor, at in stored.get("closed", {}).items()},
        moved_from=maybe_instant(stored, "moved_from"),
    )


def alerts_of(series: Series | None) -> set[str] | None:
    # DynamoDB has no empty set: none is no attribute.
    return set(series.open_alerts) or None if series else None


def _acknowledgement_item(taken: Acknowledgement | None) -> Item | None:
    if taken is None:
        return None
    item = {"by": taken.by, "reason": taken.reason, "at": stamp(taken.at)}
    return item if taken.until is None else {**item, "until": taken.until.isoformat()}


def _acknowledgement_of(item: Item | None) -> Acknowledgement | None:
    if item is None:
        return None
    until = date.fromisoformat(item["until"]) if "until" in item else None
    return Acknowledgement(item["by"], item["reason"], instant_of(item["at"]), until)
