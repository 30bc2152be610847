"""From one message of the topic to one for each route that gets it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing, row_key_of
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.ledger import RowKey
from lapsewatch.domain.messages import Document, Message, Told
from lapsewatch.domain.routes import News, Route, Subject, news_of, routes_for

type Heard = Callable[[RowKey], frozenset[str]]
"""Which routes were told of what a resolve answers."""


def spread(
    message: Message, routes: Iterable[Route], instances: Mapping[str, Instance], heard: Heard
) -> list[tuple[Route, Message]]:
    """Return the routes that get a message, each with what of it is for that route."""
    known = tuple(routes)
    if not message.notices:
        found = routes_for(_of_fleet(message.document), known)
        return [(route, replace(message, route=route.name)) for route in found]
    kept: dict[str, list[Told]] = {}
    for told in message.notices:
        subject = subject_of(told, instances.get(str(told.document.get("instance_id"))))
        row = row_of(told)
        before = heard(row) if row is not None and subject.news is News.RESOLVED else frozenset()
        for route in routes_for(subject, known, before):
            kept.setdefault(route.name, []).append(told)
    parts = ((route, kept[route.name]) for route in known if route.name in kept)
    return [(route, replace(message.narrowed(part), route=route.name)) for route, part in parts]


def subject_of(told: Told, instance: Instance | None) -> Subject:
    """Return what a notice is about; of an instance that cannot be read as the message has it."""
    customer, clock = told.document.get("customer"), told.document.get("clock")
    return Subject(
        news=news_of(told.event),
        severity=told.severity,
        customer=instance.customer if instance else customer if isinstance(customer, str) else None,
        clock=Clock(clock) if clock in set(Clock) else None,
        tags=instance.tags if instance else frozenset(),
    )


def row_of(told: Told) -> RowKey | None:
    """Return the row of the ledger that a notice tells of."""
    return row_key_of(str(told.document["event_id"]), str(told.document.get("instance_id")))


def handover_keys(notices: Iterable[Told], route: str, *, escalated: bool) -> list[HandoverKey]:
    rows = (row_of(told) for told in notices)
    return [HandoverKey(row, route, escalated) for row in rows if row is not None]


def handovers_of(message: Message, route: Route, now: datetime) -> Iterator[Handover]:
    """Yield what is to be noted before a message is handed over for the first time."""
    for told in message.notices:
        row = row_of(told)
        if row is None:
            continue
        urgent = told.trigger is not None and told.severity is Severity.CRITICAL
        yield Handover(
            key=HandoverKey(row, route.name, message.escalated_from is not None),
            event_id=message.event_id,
            created_at=now,
            standing=Standing.BY_TOPIC if route.by_topic else Standing.WAITING,
            escalated_from=message.escalated_from,
            due_at=now + route.escalation.after if route.escalation and urgent else None,
        )


def _of_fleet(document: Document) -> Subject:
    severity = document.get("severity")
    return Subject(News.MOVED, Severity(severity) if severity in set(Severity) else Severity.INFO, None, None)
