"""Routes: who gets which notice. Pure: matching, and which instances nobody would hear of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.ledger import Event

LOUDNESS = {severity: order for order, severity in enumerate(Severity)}
MOST_ROUTES = 100
ROUTE_NAME = r"^[a-z0-9][a-z0-9-]{0,31}$"
TAG = ROUTE_NAME


class ByTopic(StrEnum):
    """Ways that the topic serves by itself: a subscription with a filter, no channel of ours."""

    EMAIL = "email"
    SMS = "sms"


class News(StrEnum):
    """What a route may ask for, in the words of messages."""

    REMINDER = "reminder"
    EXPIRED = "expired"
    RESOLVED = "resolved"
    CHANGED = "changed"
    MOVED = "moved"
    """The summary of a sweep of dates; it is about no instance, and so has no customer."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about, as far as routes ask."""

    news: News
    severity: Severity
    customer: str | None
    clock: Clock | None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """What a route takes; an empty set takes everything."""

    customers: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    """Of which an instance has one at least."""
    severity: Severity = Severity.INFO
    """The least urgent that it takes."""
    clocks: frozenset[Clock] = frozenset()
    news: frozenset[News] = frozenset()

    def takes(self, subject: Subject) -> bool:
        """Whether a notice is for this route."""
        return (
            LOUDNESS[subject.severity] >= LOUDNESS[self.severity]
            and (not self.news or subject.news in self.news)
            and self.takes_whatever_happened(subject)
        )

    def takes_whatever_happened(self, subject: Subject) -> bool:
        """Whether a notice of any kind and severity about this would be for this route."""
        return self.is_about(subject.customer, subject.tags) and (not self.clocks or subject.clock in self.clocks)

    def is_about(self, customer: str | None, tags: frozenset[str]) -> bool:
        """Whether an instance of this customer with these tags is any business of the route."""
        return (not self.customers or customer in self.customers) and (not self.tags or bool(self.tags & tags))


@dataclass(frozen=True, slots=True)
class Step:
    """To whom a notice goes that nobody has acknowledged, and how long after the first route was told."""

    after: timedelta
    to: str


@dataclass(frozen=True, slots=True)
class Route:
    """One way to somebody, and what is for them."""

    name: str
    channel: str
    match: Match = Match()
    default: bool = False
    """Whether it gets what no other route takes."""
    addresses: tuple[str, ...] = ()
    """Of a route that the topic serves by itself."""
    escalation: Step | None = None
    outlook: bool = False
    """Whether it gets the weekly outlook."""
    acknowledge_link: bool = True
    """Whether its messages have a link by which whoever gets them can acknowledge."""

    @property
    def by_topic(self) -> bool:
        return bool(self.addresses)


WEBHOOK = Route("webhook", "webhook", acknowledge_link=False)
"""What there is while nobody has declared a route: the webhook gets everything, as it always did."""


def routes_for(subject: Subject, routes: Iterable[Route], told: frozenset[str] = frozenset()) -> tuple[Route, ...]:
    """Return the routes that get a notice: those that take it, or else the default.

    `told` names the routes that were told of what a resolve answers: they get it however quiet it is, because an
    incident that was opened must be closed. Where one of them has gone, or has another name, so does every route that
    may be it.
    """
    known = tuple(routes)
    gone = bool(told - {route.name for route in known})
    found = tuple(
        route
        for route in known
        if route.name in told
        or (not route.default and route.match.takes(subject))
        or (gone and route.match.takes_whatever_happened(subject))
    )
    return found or tuple(route for route in known if route.default and route.match.takes(subject))


class Tagged(Protocol):
    """What coverage asks of an instance."""

    @property
    def instance_id(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def tags(self) -> frozenset[str]: ...


def unrouted(instances: Iterable[Tagged], routes: Sequence[Route]) -> tuple[str, ...]:
    """Return the ids of instances of which a clock would reach nobody; none is without while no route is declared."""
    return tuple(sorted(item.instance_id for item in instances if unheard(item, routes)))


def unheard(item: Tagged, routes: Sequence[Route]) -> tuple[Clock, ...]:
    """Return the clocks of an instance of which neither the last reminder nor the lapse would reach anybody."""
    return tuple(clock for clock in Clock if routes and not _is_heard(item, clock, routes))


def _is_heard(item: Tagged, clock: Clock, routes: Sequence[Route]) -> bool:
    worst = (
        Subject(news, Severity.CRITICAL, item.customer, clock, item.tags) for news in (News.REMINDER, News.EXPIRED)
    )
    return any(routes_for(subject, routes) for subject in worst)


def news_of(event: Event) -> News:
    return News(event.value)
