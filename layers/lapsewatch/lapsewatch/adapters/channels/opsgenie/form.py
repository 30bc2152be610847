"""A message as Opsgenie takes it: an alert for each notice, which a renewal closes by its alias.

The alias is the notice's dedup key, one per instance and clock. Opsgenie knows no change events, so a change is an
alert as well, under an alias of its own: whoever has read it closes it.
"""

from typing import Any
from urllib.parse import quote

from lapsewatch.adapters.channels.post import Call
from lapsewatch.domain.cards import Card, Item, card_of
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.lines import cut
from lapsewatch.domain.messages import Message

ALERTS = "/v2/alerts"
MESSAGE, DESCRIPTION, DETAIL, NAME = 130, 15_000, 1000, 100
ALIAS = 512
PRIORITIES = {Severity.INFO: "P5", Severity.WARNING: "P3", Severity.CRITICAL: "P1"}
SOURCE = "Lapsewatch"


def form_of(message: Message) -> dict[str, Call]:
    """Return the requests by the id of what each is about, the most urgent first."""
    card = card_of(message)
    if not card.items:
        return {card.event_id: Call(ALERTS, _alert_of(card))}
    return {item.event_id: _call(item) for item in card.items}


def _call(item: Item) -> Call:
    alias = item.dedup_key[:ALIAS]
    if item.event is Event.RESOLVED:
        path = f"{ALERTS}/{quote(alias, safe='')}/close?identifierType=alias"
        return Call(path, {"source": SOURCE, "note": cut(item.headline, DETAIL)})
    lines = [*item.details, "", *(f"{name}: {url}" for name, url in item.links)]
    alert = {
        "message": cut(item.headline, MESSAGE),
        "alias": alias,
        "description": cut("\n".join([item.headline, *lines]), DESCRIPTION),
        "details": {name: cut(value, DETAIL) for name, value in [*item.facts, *item.links]},
        "entity": cut(item.instance_id or SOURCE, NAME),
        "source": SOURCE,
        "priority": PRIORITIES[item.severity],
        "tags": [item.event.value, *([item.clock.value] if item.clock else [])],
    }
    return Call(ALERTS, alert)


def _alert_of(card: Card) -> dict[str, Any]:
    return {
        "message": cut(card.headline, MESSAGE),
        "alias": f"lapsewatch:{card.event_id}"[:ALIAS],
        "description": cut("\n".join([card.headline, *card.lines, card.page_url or ""]), DESCRIPTION),
        "source": SOURCE,
        "priority": PRIORITIES[card.severity],
    }
