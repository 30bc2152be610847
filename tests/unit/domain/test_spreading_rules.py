"""What a notice is about, and what is noted of it before it goes anywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.ledger import RowKey
from lapsewatch.domain.messages import Message, Told
from lapsewatch.domain.routes import Match, News, Route, Step, Subject
from lapsewatch.domain.spreading import handovers_of, spread, subject_of

from tests.builders import EXPIRY, NOW, instance, row_key
from tests.unit.channels.messages import MESSAGES, escalation, message_of, notice

HOUR = timedelta(hours=1)
MOVED = MESSAGES["moved"]


def told(**document: object) -> Told:
    [item] = message_of(notice(10, clock=Clock.MAINTENANCE)).notices
    return replace(item, document={**item.document, **document})


def test_a_notice_is_about_its_customer_and_clock_and_an_instance_that_can_be_read_knows_better() -> None:
    moved = replace(instance(customer="Contoso"), tags=frozenset({"vip"}))

    assert subject_of(told(), None) == Subject(
        News.REMINDER, Severity.WARNING, "Northwind Health", Clock.MAINTENANCE, frozenset()
    )
    assert subject_of(told(), moved) == Subject(
        News.REMINDER, Severity.WARNING, "Contoso", Clock.MAINTENANCE, frozenset({"vip"})
    )


@pytest.mark.parametrize(
    ("strange", "customer", "clock"),
    [
        ({"customer": 5}, None, Clock.MAINTENANCE),
        ({"clock": "moon"}, "Northwind Health", None),
        ({"clock": None}, "Northwind Health", None),
    ],
)
def test_what_is_strange_in_a_document_is_not_asked_about(
    strange: dict[str, object], customer: str | None, clock: Clock | None
) -> None:
    subject = subject_of(told(**strange), None)

    assert (subject.customer, subject.clock) == (customer, clock)


def test_only_of_a_resolve_it_is_asked_who_was_told_before() -> None:
    asked: list[RowKey] = []

    def heard(row: RowKey) -> frozenset[str]:
        asked.append(row)
        return frozenset({"pager"})

    pager = Route("pager", "webhook", Match(severity=Severity.CRITICAL))
    nobodys = Told(MESSAGES["resolved"].notices[0].event, Severity.INFO, {"event_id": "of another kind"})

    parts = [
        spread(message, [pager], {}, heard)
        for message in (MESSAGES["reminder"], MESSAGES["changed"], Message("x", nobodys.document, (nobodys,)))
    ]
    resolved = spread(MESSAGES["resolved"], [pager], {}, heard)

    assert parts == [[], [], []]
    assert [route for route, _ in resolved] == [pager]
    assert asked == [row_key(None, cycle=2)]


@pytest.mark.parametrize(
    ("severity", "least", "told"),
    [
        ("CRITICAL", Severity.CRITICAL, True), ("INFO", Severity.WARNING, False), ("WARNING", Severity.WARNING, True),
        ("LOUD", Severity.INFO, True), ("LOUD", Severity.WARNING, False), (None, Severity.INFO, True),
    ],
)  # fmt: skip
def test_the_summary_of_a_sweep_is_as_urgent_as_it_says(severity: object, least: Severity, told: bool) -> None:
    message = replace(MOVED, document={**MOVED.document, "severity": severity})

    assert bool(spread(message, [Route("noc", "webhook", Match(severity=least))], {}, lambda _: frozenset())) is told


def test_every_notice_that_has_a_row_is_noted_before_it_goes_anywhere() -> None:
    nobodys = Told(MESSAGES["changed"].notices[0].event, Severity.INFO, {"event_id": "of another kind"})
    last = message_of(notice(1, now=EXPIRY - timedelta(days=1))).notices
    message = Message("digest:1", {}, (nobodys, *last, *MESSAGES["reminder"].notices))
    chat = Route("chat", "slack", escalation=Step(4 * HOUR, "boss"))

    assert list(handovers_of(message, chat, NOW)) == [
        Handover(HandoverKey(row_key(1), "chat"), "digest:1", NOW, due_at=NOW + 4 * HOUR),
        Handover(HandoverKey(row_key(10), "chat"), "digest:1", NOW),
    ]


def test_what_escalates_and_what_the_topic_brings_is_noted_as_such() -> None:
    message = escalation()
    mail = Route("mail", "email", addresses=("noc@msp.example",))

    [escalated], [by_topic] = (list(handovers_of(message, route, NOW)) for route in (Route("boss", "slack"), mail))

    key = HandoverKey(row_key(0), "boss", escalated=True)
    assert escalated == Handover(key, message.event_id, NOW, Standing.WAITING, escalated_from="noc")
    assert by_topic == replace(escalated, key=replace(key, route="mail"), standing=Standing.BY_TOPIC)
