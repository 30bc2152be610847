"""A message as PagerDuty takes it: an event for each notice, by which an incident opens, goes on or is resolved.

The dedup key is the notice's own, one per instance and clock. What is no incident, such as a change, is a change event.
"""

from collections.abc import Iterator
from typing import Any

from lapsewatch.adapters.channels.post import Call
from lapsewatch.domain.cards import Card, Item, card_of
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.lines import cut
from lapsewatch.domain.messages import Message

ALERT, CHANGE = "/v2/enqueue", "/v2/change/enqueue"
SUMMARY = 1024
DETAIL = 2000
KEY = 255
SEVERITIES = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "critical"}
CLIENT = "Lapsewatch"


def form_of(message: Message) -> dict[str, Call]:
    """Return the requests by the id of what each is about, the most urgent first."""
    card = card_of(message)
    if not card.items:
        return {card.event_id: Call(CHANGE, _summary_of(card))}
    return {item.event_id: _call(item) for item in card.items}


def _call(item: Item) -> Call:
    if item.event is Event.RESOLVED:
        return Call(ALERT, {"event_action": "resolve", "dedup_key": item.dedup_key[:KEY]})
    if item.event is Event.CHANGED:
        return Call(CHANGE, {"payload": _payload(item), "links": _links(item)})
    graded = {"severity": SEVERITIES[item.severity], "class": item.event.value, "component": item.clock}
    body = {
        "event_action": "trigger",
        "dedup_key": item.dedup_key[:KEY],
        "payload": _payload(item) | graded,
        "links": _links(item),
        "client": CLIENT,
    }
    return Call(ALERT, body | ({"client_url": item.page_url} if item.page_url else {}))


def _payload(item: Item) -> dict[str, Any]:
    return {
        "summary": cut(item.headline, SUMMARY),
        "source": cut(item.instance_id or CLIENT, KEY),
        **({"timestamp": item.occurred_at} if item.occurred_at else {}),
        "custom_details": dict(_details(item)),
    }


def _details(item: Item) -> Iterator[tuple[str, str]]:
    yield from ((name, cut(value, DETAIL)) for name, value in item.facts)
    if item.remarks:
        yield "Remarks", cut("\n".join(item.remarks), DETAIL)
    if item.advice:
        yield "What to do", "\n".join(item.advice)


def _links(item: Item) -> list[dict[str, str]]:
    return [{"href": url, "text": name} for name, url in item.links]


def _summary_of(card: Card) -> dict[str, Any]:
    payload = {
        "summary": cut(card.headline, SUMMARY),
        "source": CLIENT,
        "custom_details": {"Details": cut("\n".join(card.lines), DETAIL)} if card.lines else {},
    }
    return {"payload": payload, "links": [{"href": url, "text": name} for name, url in card.links]}
