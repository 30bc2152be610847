"""Put a message on its way to its route."""

import logging
from collections.abc import Callable
from datetime import datetime

from lapsewatch.domain.gathering import GATHERS_FOR, gathers
from lapsewatch.domain.messages import Message
from lapsewatch.ports import Gathering, NotifyQueue

log = logging.getLogger(__name__)


def put_on_its_way(gathering: Gathering, queue: NotifyQueue, message: Message, now: datetime) -> None:
    """Queue a message that is on a route, and let it wait for others if there may be more."""
    if not gathers(message):
        queue.put(message)
        return
    hinted(lambda: gathering.keep(message, now))
    queue.put(message, GATHERS_FOR)


def hinted(act: Callable[[], object]) -> None:
    """Do what only brings messages together; where that fails, each goes by itself."""
    try:
        act()
    except Exception:
        log.exception("what belongs together could not be gathered; each piece goes by itself")
