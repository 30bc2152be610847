"""On which routes a notice would go out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lapsewatch.domain.digests import Digest
from lapsewatch.domain.handovers import Handover, heard_before, row_key_of
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.routes import News, Route, Subject, news_of, routes_for


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What decides about the route of a notice."""

    routes: Sequence[Route]
    fleet: Mapping[str, Instance]
    handed: Callable[[str], Iterable[Handover]]
    """What an instance's notices met so far on the routes."""

    def of(self, message: Notice | Summary) -> list[str]:
        """Return the names of the routes that would get a notice."""
        if isinstance(message, Summary):
            subject = Subject(News.MOVED, message.severity, None, None)
            return [route.name for route in routes_for(subject, self.routes)]
        instance = self.fleet.get(message.instance_id)
        tags = instance.tags if instance else frozenset()
        subject = Subject(news_of(message.event), message.severity, message.customer, message.clock, tags)
        return [route.name for route in routes_for(subject, self.routes, self._heard(message))]

    def _heard(self, notice: Notice) -> frozenset[str]:
        row = row_key_of(notice.event_id, notice.instance_id)
        if row is None or news_of(notice.event) is not News.RESOLVED:
            return frozenset()
        return heard_before(row, self.handed(notice.instance_id), {route.name for route in self.routes})


def with_routes(message: Notice | Digest | Summary, document: dict[str, Any], foreseen: Foreseen) -> dict[str, Any]:
    """Return a message's document with the routes of each notice in it."""
    if not isinstance(message, Digest):
        return document | {"routes": foreseen.of(message)}
    pairs = zip(message.notices, document["notices"], strict=True)
    return document | {"notices": [told | {"routes": foreseen.of(notice)} for notice, told in pairs]}
