"""Links by which whoever got a notice can acknowledge its cycle: signed, for a week, and for that cycle alone."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.messages import Message, Told, Trigger
from lapsewatch.domain.routes import ROUTE_NAME

LIFE = timedelta(days=7)
PURPOSE = b"lapsewatch acknowledge link v1\n"
"""Signed with every link, so that no signature of another kind is ever taken for one."""
PARTS = re.compile(
    rf"(?P<instance>[a-z0-9][a-z0-9-]{{0,63}})\.(?P<clock>{'|'.join(Clock)})\.(?P<cycle>[1-9][0-9]{{0,8}})"
    rf"\.(?P<route>{ROUTE_NAME[1:-1]})\.(?P<until>[1-9][0-9]{{0,10}})\.(?P<proof>[A-Za-z0-9_-]{{43}})"
)


@dataclass(frozen=True, slots=True)
class AcknowledgeLink:
    """What a link is good for."""

    trigger: Trigger
    route: str
    """Whose readers got it."""
    until: datetime


def text_of(link: AcknowledgeLink, key: bytes) -> str:
    """Return a link as part of an address."""
    trigger = link.trigger
    claim = f"{trigger.instance_id}.{trigger.clock}.{trigger.cycle}.{link.route}.{int(link.until.timestamp())}"
    return f"{claim}.{_proof(claim, key)}"


def is_shaped(text: str) -> bool:
    """Whether a text could be a link at all."""
    return PARTS.fullmatch(text) is not None


def link_from(text: str, key: bytes) -> AcknowledgeLink | None:
    """Read a link back, over or not; None for whatever was not signed with this key."""
    found = PARTS.fullmatch(text)
    if found is None:
        return None
    claim = text.rpartition(".")[0]
    if not hmac.compare_digest(_proof(claim, key).encode(), found["proof"].encode()):
        return None
    trigger = Trigger(found["instance"], Clock(found["clock"]), int(found["cycle"]))
    return AcknowledgeLink(trigger, found["route"], datetime.fromtimestamp(int(found["until"]), UTC))


def linked(message: Message, address: Callable[[Trigger], str | None]) -> Message:
    """Return a message with a link beside each notice that can be acknowledged."""
    return message.retold(_linked(told, address) for told in message.notices)


def _linked(told: Told, address: Callable[[Trigger], str | None]) -> Told:
    url = None if told.trigger is None else address(told.trigger)
    return told if url is None else replace(told, document={**told.document, "acknowledge_url": url})


def _proof(claim: str, key: bytes) -> str:
    digest = hmac.digest(key, PURPOSE + claim.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
