"""Messages as a channel gets them: rendered, put into SNS's form, and read from the queue again."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lapsewatch.adapters.arrivals import arrivals_of
from lapsewatch.adapters.sns import document_of, form_of
from lapsewatch.domain.acknowledge_links import linked
from lapsewatch.domain.changes import changes
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.digests import Digest, digest_of
from lapsewatch.domain.escalation import escalated
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.ledger import Answer, RowKey
from lapsewatch.domain.messages import Message
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.moves import Summary, Sweep, summary_of
from lapsewatch.domain.notices import Notice, notice_of
from lapsewatch.domain.outlook import endings, outlook_of
from lapsewatch.domain.routes import Route

from tests.builders import EXPIRY, ID, NOW, instance, license, row, row_key, series, sqs_event, state, watched

PAGE = "https://licenses.example.com"


def notice(
    milestone: int | None = 10,
    *,
    instance_id: str = ID,
    name: str = "Northwind Cardiology",
    customer: str = "Northwind Health",
    clock: Clock = Clock.LICENSE,
    now: datetime = NOW,
    shop: bool = True,
) -> Notice:
    """Return a reminder, or the notice of a lapse, or without a milestone that of a renewal."""
    ends = EXPIRY if milestone is not None else EXPIRY + timedelta(days=365)
    cycle = 1 if milestone is not None else 2
    remembered = state(instance_id=instance_id, running=[series(clock, expires_at=ends, cycle=cycle)])
    whose = watched(instance(instance_id, name=name, customer=customer), replace(remembered, observed_at=now))
    due = row(milestone, instance_id=instance_id, clock=clock, cycle=cycle)
    return notice_of(due, whose, now, DEFAULT_RULES, PAGE, shop=shop)


def removed() -> Notice:
    due = replace(row(None, cycle=2), answer=Answer.REMOVED)
    return notice_of(due, watched(), NOW, DEFAULT_RULES, PAGE, shop=True)


def changed(name: str = "Northwind Cardiology", customer: str = "Northwind Health") -> Notice:
    """Return the notice of another reseller and key, and of fewer calls."""
    found = changes(license(), license(reseller=f"{name} <Telecom>", key="AAAA-BBBB-CCCC-DDDD", sim_calls=4))
    due = replace(row(None), key=RowKey(ID, Clock.LICENSE, 17, None, change=True), changes=found)
    return notice_of(due, watched(instance(name=name, customer=customer)), NOW, DEFAULT_RULES, PAGE, shop=True)


def doubtful() -> Notice:
    """Return a reminder of maintenance that moved earlier, by a PBX that has been silent since."""
    running = [series(Clock.MAINTENANCE, moved_from=EXPIRY + timedelta(days=9))]
    silent = state(running=running, notes={Clock.MAINTENANCE: "the PBX gave no maintenance date any more"})
    due = row(30, clock=Clock.MAINTENANCE)
    return notice_of(due, watched(remembered=silent), NOW + timedelta(days=3), DEFAULT_RULES, PAGE, shop=True)


def bare() -> Notice:
    """Return a notice of which little is known."""
    little = state(license(fqdn=None, key=None), observed_at=None)
    return notice_of(row(10), watched(instance(customer=""), little), NOW, DEFAULT_RULES, PAGE, shop=False)


def many(count: int, name: str = "Northwind Cardiology", customer: str = "Northwind Health") -> list[Notice]:
    """Return reminders of as many PBXs, some of them lapsed and some renewed."""
    ladder = (10, 3, 1, 0, None)
    return [
        notice(
            ladder[number % len(ladder)],
            instance_id=f"pbx-{number:04d}",
            name=f"{name} {number}",
            customer=customer,
            now=EXPIRY + timedelta(days=2) if ladder[number % len(ladder)] == 0 else NOW,
        )
        for number in range(count)
    ]


def message_of(published: Notice | Digest | Summary | Sequence[Notice]) -> Message:
    """Return what the topic carries as it arrives."""
    whole = published if isinstance(published, Notice | Digest | Summary) else digest_of(published, PAGE, NOW)
    body = form_of(whole).bodies["default"]
    # What cannot be encoded never gets as far as the topic.
    [arrival] = arrivals_of(sqs_event(body.encode(errors="replace").decode()))
    assert isinstance(arrival.message, Message)
    return arrival.message


def escalation() -> Message:
    """Return the notice of a lapse that nobody of another route acknowledged, with a link to do so."""
    late = notice(0, now=EXPIRY + timedelta(hours=5))
    handover = Handover(HandoverKey(row_key(0), "noc"), late.event_id, EXPIRY, Standing.DELIVERED)
    told = escalated(late, document_of(late), handover, Route("boss", "webhook"), timedelta(hours=4))
    return linked(told, lambda trigger: f"{PAGE}/acknowledge/{trigger.instance_id}.proof")


def outlook() -> Message:
    """Return what a route is told on a Monday."""
    fleet = [
        watched(instance(f"pbx-{left}", name=name, customer=customer), state(running=[series(expires_at=NOW + left)]))
        for left, name, customer in (
            (timedelta(days=-2), "Harbor Dental", "Harbor Dental Group"),
            (timedelta(days=1), "Alder & Finch LLP", "Alder & Finch"),
            (timedelta(days=80), "Northwind Cardiology", "Northwind Health"),
        )
    ]
    route = Route("desk", "webhook")
    return outlook_of(endings(fleet, route, [route], NOW), route, PAGE, NOW, NOW)


def of_document(document: dict[str, object]) -> Message:
    """Return a message of a document that somebody else wrote."""
    [arrival] = arrivals_of(sqs_event(json.dumps(document)))
    assert isinstance(arrival.message, Message)
    return arrival.message


MESSAGES: dict[str, Message] = {
    "reminder": message_of(notice(10)),
    "last-reminder": message_of(notice(1, now=EXPIRY - timedelta(days=1))),
    "expired": message_of(notice(0, now=EXPIRY + timedelta(days=2))),
    "maintenance": message_of(doubtful()),
    "resolved": message_of(notice(None)),
    "removed": message_of(removed()),
    "changed": message_of(changed()),
    "bare": message_of(bare()),
    "digest": message_of([*many(5), changed(), doubtful()]),
    "moved": message_of(summary_of(Sweep(datetime(2026, 6, 10, 13, tzinfo=UTC), {90: 480, 91: 20}), PAGE)),
    "escalated": escalation(),
    "outlook": outlook(),
    "test": Message(
        "test:20260610T130000Z",
        {"event": "test", "severity": "INFO", "page_url": f"{PAGE}/", "text": "This is a test. Nothing has happened."},
    ),
}
"""One of each kind."""
