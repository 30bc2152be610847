"""The names by which mails about one license find each other: in a subject, for desks, and in headers, for people.

All of them are made of keys that stay, so that a copy has the same name, and nothing need be remembered.
"""

import base64
import hashlib

from lapsewatch.domain.cards import Card, Item
from lapsewatch.domain.ledger import Event


def token(card: Card) -> str:
    """Return what stands in the subject of every mail about one clock of an instance, such as `[LW-3FQ7K2M9XA]`.

    Ten letters of base 32: of ten thousand instances no two have the same but once in ten million fleets.
    """
    key = card.items[0].dedup_key if len(card.items) == 1 else card.event_id
    return f"[LW-{base64.b32encode(_digest(key))[:10].decode()}]"


def thread(card: Card) -> str | None:
    """Return the name of the thread, which is one cycle of a clock; None where it is not about one notice."""
    if len(card.items) != 1:
        return None
    [item] = card.items
    return _digest(f"{item.dedup_key}#{_cycle(item)}").hex()[:32]


def own_name(card: Card) -> str:
    """Return the name of the message itself."""
    return _digest(card.event_id).hex()[:32]


def _cycle(item: Item) -> int:
    """Return the cycle that a notice speaks of: a resolve carries the number of the one that its date opened."""
    cycle = item.cycle or 0
    return cycle - 1 if item.event is Event.RESOLVED else cycle


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="replace")).digest()
