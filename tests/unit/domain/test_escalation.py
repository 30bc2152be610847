"""Whether a notice goes on, and what is said then."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.sns import document_of
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.escalation import Verdict, escalated, judge, step_of
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.messages import Trigger
from lapsewatch.domain.routes import Match, News, Route, Step

from tests.builders import ID, NOW, instance, notice, row_key, series, state

TOLD = Handover(HandoverKey(row_key(1), "noc"), "x", NOW, Standing.DELIVERED)
NOBODY = Match(customers=frozenset({"Nobody"}))
TOKYO = ZoneInfo("Asia/Tokyo")
LAST_DAY = date(2026, 6, 12)
"""Silent until 8 in the morning of the 13th in Tokyo, which is 23:00 of the 12th in UTC."""


@pytest.mark.parametrize(
    ("hour", "verdict"), [(21, Verdict.OVER), (22, Verdict.OVER), (23, Verdict.ESCALATE), (24, Verdict.ESCALATE)]
)
def test_an_acknowledgement_from_before_holds_to_the_hour_after_its_last_day(hour: int, verdict: Verdict) -> None:
    earlier = Acknowledgement("Kim", "on holiday", NOW - timedelta(days=3), LAST_DAY)
    remembered = state(running=[replace(series(), acknowledged=earlier)])
    now = datetime.fromisoformat("2026-06-12T00:00:00+00:00") + timedelta(hours=hour)

    assert judge(TOLD, remembered, TOKYO, 8, now) is verdict


@pytest.mark.parametrize(
    ("match", "goes_on"),
    [
        (Match(), True),
        (Match(customers=frozenset({"Northwind Health"})), True),
        (Match(customers=frozenset({"Contoso"})), False),
        (Match(tags=frozenset({"gold"})), True),
        (Match(tags=frozenset({"silver"})), False),
        (Match(clocks=frozenset({Clock.LICENSE})), True),
        (Match(clocks=frozenset({Clock.MAINTENANCE})), False),
        (Match(news=frozenset({News.REMINDER})), True),
        (Match(news=frozenset({News.MOVED})), False),
    ],
)
def test_what_a_route_was_told_that_is_no_more_goes_on_as_from_one_that_would_be_told(
    match: Match, goes_on: bool
) -> None:
    step = Step(timedelta(hours=1), "boss")
    routes = {"desk": Route("desk", "webhook", match, escalation=step), "boss": Route("boss", "webhook", NOBODY)}
    golden = replace(instance(), tags=frozenset({"gold"}))

    assert step_of(TOLD.key, golden, routes) == (step if goes_on else None)


def test_nothing_is_known_of_an_instance_that_is_gone_and_a_route_that_is_no_more() -> None:
    assert step_of(TOLD.key, None, {"boss": Route("boss", "webhook", NOBODY)}) is None


@pytest.mark.parametrize(("hours", "within"), [(1, "1 hour"), (2, "2 hours"), (36, "36 hours")])
def test_it_says_who_did_not_acknowledge_and_how_long_they_had(hours: int, within: str) -> None:
    told = notice(10)

    message = escalated(told, document_of(told), TOLD, Route("boss", "slack"), timedelta(hours=hours))

    assert message.document == {
        **document_of(told),
        "event_id": f"{told.event_id}:escalated:boss",
        "severity": "CRITICAL",
        "escalated_from": "noc",
        "escalation": f"Escalated: nobody of noc acknowledged it within {within}.",
        "headline": f"ESCALATED: {told.headline}",
        "text": f"ESCALATED: nobody acknowledged this within {within} after the route noc got it.\n\n{told.text}",
    }
    [item] = message.notices
    assert (item.severity, item.event, item.trigger) == (Severity.CRITICAL, told.event, Trigger(ID, Clock.LICENSE, 1))
    assert (message.route, message.escalated_from, item.document) == ("boss", "noc", message.document)


@pytest.mark.parametrize("standing", [Standing.WAITING, Standing.GIVEN_UP])
def test_it_blames_nobody_who_may_not_have_got_it(standing: Standing) -> None:
    told, handover = notice(10), replace(TOLD, standing=standing)

    document = escalated(told, document_of(told), handover, Route("boss", "slack"), timedelta(hours=1)).document

    assert document["escalation"] == "Escalated: noc may not have got it, and nobody acknowledged it within 1 hour."
    start = "ESCALATED: nobody acknowledged this within 1 hour after the route noc was to get it."
    assert str(document["text"]).splitlines()[0] == start


def test_what_is_paused_waits_and_what_is_over_is_over() -> None:
    assert judge(TOLD, state(enabled=False), TOKYO, 8, NOW) is Verdict.WAIT
    assert judge(TOLD, state(running=[series(cycle=2)]), TOKYO, 8, NOW) is Verdict.OVER
    assert judge(replace(TOLD, key=HandoverKey(row_key(1, cycle=2), "noc")), state(), TOKYO, 8, NOW) is Verdict.OVER
