"""What nobody acknowledges goes on to the next route: in time, marked, once, and never after it is settled."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.acknowledge import acknowledge
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.cards import card_of
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.escalation import Verdict, judge
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import NotYet
from lapsewatch.domain.routes import Match, Route, Step
from lapsewatch.follow_up import escalate
from lapsewatch.lifecycle import set_enabled
from lapsewatch.notify import NO_MORE

from tests.builders import NEW_YORK, NOW, row_key, series, state
from tests.exchange import Exchange
from tests.fakes import FakeRoutes
from tests.scenes import EXPIRY, days_before

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LAST = days_before(1)
"""When the last reminder goes out."""
CHAT = Route("chat", "webhook", escalation=Step(4 * HOUR, "boss"))
BOSS = Route("boss", "webhook", Match(customers=frozenset({"Nobody"})), escalation=Step(2 * HOUR, "owner"))
OWNER = Route("owner", "webhook", Match(customers=frozenset({"Nobody"})))


@pytest.fixture
def exchange() -> Exchange:
    """Return an exchange whose chat was just told that a day is left."""
    made = Exchange(FakeRoutes(CHAT, BOSS, OWNER))
    made.scene.add()
    made.scene.says(EXPIRY)
    made.scene.poll(days_before(2))
    made.publish(LAST)
    return made


def take_note(exchange: Exchange, at: datetime, until: date | None = None) -> None:
    taken = Acknowledgement("Kim", "on its way", at, until)
    acknowledge(exchange.scene.operating, "northwind", Clock.LICENSE, taken, at)


def renew(exchange: Exchange, at: datetime) -> None:
    exchange.scene.says(EXPIRY + 365 * DAY)
    exchange.scene.poll(at)


def test_what_nobody_acknowledges_in_time_goes_on_marked_as_escalated(exchange: Exchange) -> None:
    early = exchange.follow_up(LAST + 4 * HOUR - timedelta(seconds=1))
    due = exchange.follow_up(LAST + 4 * HOUR)

    [told] = exchange.line("boss").tried
    assert (early, due) == ({"escalated": 0}, {"escalated": 1})
    assert told.document["escalated_from"] == "chat"
    assert told.document["event_id"] == told.event_id == "northwind:license#000001#001:escalated:boss"
    assert told.document["dedup_key"] == "lapsewatch:northwind:license"
    assert str(told.document["text"]).startswith(
        "ESCALATED: nobody acknowledged this within 4 hours after the route chat got it.\n\n"
    )
    assert exchange.standings()["boss", "001"] is Standing.DELIVERED


def test_each_step_is_taken_once_and_the_next_after_its_own_time(exchange: Exchange) -> None:
    for hours in range(1, 12):
        exchange.follow_up(LAST + hours * HOUR)

    assert [len(exchange.line(name).tried) for name in ("chat", "boss", "owner")] == [1, 1, 1]
    [told] = exchange.line("owner").tried
    assert told.document["escalated_from"] == "boss"
    assert "within 2 hours after the route boss got it" in str(told.document["text"])


def test_the_message_says_how_things_are_when_it_escalates(exchange: Exchange) -> None:
    exchange.routes = FakeRoutes(replace(CHAT, escalation=Step(30 * HOUR, "boss")), BOSS, OWNER)
    exchange.publish(EXPIRY + HOUR)

    exchange.follow_up(EXPIRY + 32 * HOUR)

    told = exchange.line("boss").tried[-1]
    assert (told.document["event"], told.document["days_left"]) == ("expired", -1)
    assert "within 30 hours" in str(told.document["text"])


@pytest.mark.parametrize("settle", [take_note, renew])
def test_nothing_goes_on_after_an_acknowledgement_or_a_renewal(exchange: Exchange, settle: object) -> None:
    settle(exchange, LAST + HOUR)  # type: ignore[operator]

    assert exchange.follow_up(LAST + 4 * HOUR) == {"escalated": 0, "over": 1}
    assert exchange.follow_up(LAST + 9 * HOUR) == {"escalated": 0}
    assert exchange.line("boss").tried == []


def test_an_acknowledgement_between_two_steps_stops_the_second(exchange: Exchange) -> None:
    exchange.follow_up(LAST + 4 * HOUR)
    take_note(exchange, LAST + 5 * HOUR)

    assert exchange.follow_up(LAST + 6 * HOUR) == {"escalated": 0, "over": 1}
    assert exchange.line("owner").tried == []


def test_the_lapse_still_speaks_after_an_acknowledgement_and_does_not_escalate_while_that_holds(
    exchange: Exchange,
) -> None:
    take_note(exchange, LAST + HOUR)

    exchange.publish(EXPIRY + HOUR)
    exchange.follow_up(EXPIRY + 6 * HOUR)

    assert [told.document["event"] for told in exchange.line("chat").tried] == ["reminder", "expired"]
    assert exchange.line("boss").tried == []


def test_the_lapse_escalates_when_an_acknowledgement_ended_before_it(exchange: Exchange) -> None:
    take_note(exchange, LAST + HOUR, until=LAST.date())

    exchange.publish(EXPIRY + HOUR)
    exchange.follow_up(EXPIRY + 6 * HOUR)

    assert [told.document["event"] for told in exchange.line("boss").tried] == ["expired"]


def test_what_is_not_critical_never_escalates(exchange: Exchange) -> None:
    other = Exchange(FakeRoutes(CHAT, BOSS))
    other.scene.add()
    other.scene.says(EXPIRY)
    other.scene.poll(days_before(12))

    other.publish(days_before(10))
    other.publish(days_before(3))

    assert len(other.line("chat").tried) == 2
    assert other.follow_up(EXPIRY) == {"escalated": 0}


@pytest.mark.fault("N11")
def test_a_route_that_never_answers_escalates_all_the_same() -> None:
    exchange = Exchange(FakeRoutes(CHAT, BOSS, OWNER))
    exchange.line("chat").answer = NotYet("timeout")
    exchange.scene.add()
    exchange.scene.says(EXPIRY)
    exchange.scene.poll(days_before(2))
    exchange.publish(LAST)

    exchange.follow_up(LAST + 4 * HOUR)

    assert len(exchange.line("boss").taken) == 1


def test_what_the_topic_brought_by_itself_escalates_too() -> None:
    mail = Route("mail", "email", addresses=("noc@msp.example",), escalation=Step(HOUR, "boss"))
    exchange = Exchange(FakeRoutes(mail, BOSS, OWNER))
    exchange.scene.add()
    exchange.scene.says(EXPIRY)
    exchange.scene.poll(days_before(2))
    exchange.publish(LAST)

    exchange.follow_up(LAST + HOUR)

    assert [told.document["escalated_from"] for told in exchange.line("boss").tried] == ["mail"]


def test_a_paused_instance_waits_and_escalates_once_it_is_resumed(exchange: Exchange) -> None:
    set_enabled(exchange.scene.store, "northwind", enabled=False)
    waiting = exchange.follow_up(LAST + 4 * HOUR)
    set_enabled(exchange.scene.store, "northwind", enabled=True)

    assert waiting == {"escalated": 0, "waiting": 1}
    assert exchange.follow_up(LAST + 5 * HOUR)["escalated"] == 1


def test_a_step_that_is_no_longer_declared_is_not_taken(exchange: Exchange) -> None:
    exchange.routes = FakeRoutes(replace(CHAT, escalation=None), BOSS)

    assert exchange.follow_up(LAST + 4 * HOUR) == {"escalated": 0, "not_declared": 1}
    assert exchange.follow_up(LAST + 9 * HOUR) == {"escalated": 0}


def test_what_a_renamed_route_was_told_goes_on_as_the_new_name_would_have_it(exchange: Exchange) -> None:
    exchange.routes = FakeRoutes(replace(CHAT, name="room", escalation=Step(HOUR, "owner")), BOSS, OWNER)

    assert exchange.follow_up(LAST + 4 * HOUR) == {"escalated": 1}
    assert [told.document["escalated_from"] for told in exchange.line("owner").tried] == ["chat"]


def test_what_a_route_was_told_that_nobody_has_followed_goes_nowhere(exchange: Exchange) -> None:
    exchange.routes = FakeRoutes(replace(BOSS, escalation=None), OWNER)

    assert exchange.follow_up(LAST + 4 * HOUR) == {"escalated": 0, "not_declared": 1}


@pytest.mark.fault("S7")
def test_a_run_that_dies_before_it_has_told_is_taken_up_by_the_next(exchange: Exchange) -> None:
    put = exchange.queue.put

    def breaks(message: Message, after: timedelta = DAY) -> None:
        raise ConnectionError("the queue cannot be reached")

    exchange.queue.put = breaks  # type: ignore[method-assign]
    failed = exchange.follow_up(LAST + 4 * HOUR)
    exchange.queue.put = put  # type: ignore[method-assign]
    at_once, later = exchange.follow_up(LAST + 4 * HOUR), exchange.follow_up(LAST + 5 * HOUR)

    assert (failed["failed"], at_once["escalated"], later["escalated"]) == (1, 0, 1)
    assert len(exchange.line("boss").tried) == 1


@pytest.mark.fault("S3")
def test_a_run_that_dies_after_it_has_told_tells_nobody_twice(exchange: Exchange) -> None:
    def breaks(handover: Handover, escalated_at: datetime | None) -> None:
        raise ConnectionError("the table cannot be reached")

    close = exchange.handovers.close
    exchange.handovers.close = breaks  # type: ignore[method-assign]
    exchange.follow_up(LAST + 4 * HOUR)
    exchange.handovers.close = close  # type: ignore[method-assign]

    assert exchange.follow_up(LAST + 5 * HOUR)["escalated"] == 1
    assert len(exchange.line("boss").tried) == 1


def test_one_instance_that_fails_does_not_stop_the_others(exchange: Exchange) -> None:
    exchange.scene.add("contoso")
    exchange.scene.says(EXPIRY, "contoso")
    exchange.scene.poll(LAST, "contoso")
    exchange.publish(LAST)
    watched = exchange.scene.store.watched

    def breaks(ids: list[str], *, removed: bool = False) -> object:
        if "northwind" in ids:
            raise ValueError("unreadable")
        return watched(ids, removed=removed)

    exchange.scene.store.watched = breaks  # type: ignore[method-assign,assignment]

    counts = Counter(exchange.follow_up(LAST + 4 * HOUR))

    assert (counts["failed"], counts["escalated"]) == (1, 1)


def test_a_resolve_follows_to_whom_it_was_escalated(exchange: Exchange) -> None:
    exchange.follow_up(LAST + 4 * HOUR)
    renew(exchange, LAST + 5 * HOUR)

    exchange.publish(LAST + 5 * HOUR)

    events = {name: [told.document["event"] for told in line.tried] for name, line in exchange.lines.items()}
    assert events == {"chat": ["reminder", "resolved"], "boss": ["reminder", "resolved"]}


SECONDS = st.integers(min_value=-10 * 86400, max_value=10 * 86400)


@given(st.integers(1, 3), st.booleans(), st.booleans(), st.none() | SECONDS, st.none() | st.integers(-5, 5), SECONDS)
def test_only_a_running_cycle_of_a_running_instance_that_nobody_took_note_of_escalates(
    cycle: int, enabled: bool, deleted: bool, taken_after: int | None, until: int | None, later: int
) -> None:
    told_at, now = NOW, NOW + timedelta(seconds=abs(later))
    day = None if until is None else (NOW + timedelta(days=until)).date()
    taken = None
    if taken_after is not None:
        taken = Acknowledgement("Kim", "x", min(NOW + timedelta(seconds=taken_after), now), day)
    running = state(running=[replace(series(cycle=2), acknowledged=taken)], enabled=enabled, deleted=deleted)
    handover = Handover(HandoverKey(row_key(1, cycle=cycle), "chat"), "x", told_at)

    verdict = judge(handover, running, NEW_YORK, 8, now)

    if cycle != 2 or deleted or (taken is not None and (taken.at >= told_at or taken.until is None)):
        assert verdict is Verdict.OVER
    elif taken is None:
        assert verdict is (Verdict.ESCALATE if enabled else Verdict.WAIT)
    else:
        assert (verdict is Verdict.OVER) == (now < taken.ends_at(NEW_YORK, 8))


def test_what_is_escalated_is_critical_whatever_the_ladder_says_by_then(exchange: Exchange) -> None:
    exchange.follow_up(LAST + 4 * HOUR)

    assert exchange.line("boss").tried[0].document["severity"] == Severity.CRITICAL


def test_every_channel_says_in_its_headline_that_it_was_escalated(exchange: Exchange) -> None:
    exchange.follow_up(LAST + 4 * HOUR)

    card = card_of(exchange.line("boss").tried[0])

    assert card.headline.startswith("ESCALATED: Northwind: license expires")
    assert card.items[0].dedup_key == "lapsewatch:northwind:license"


def test_what_escalated_to_a_route_that_is_no_more_is_a_dead_letter(exchange: Exchange) -> None:
    exchange.line("boss").answer = NotYet("HTTP 503")
    escalate(exchange.following(), LAST + 4 * HOUR)
    [waiting] = exchange.queued()
    exchange.routes = FakeRoutes(CHAT, OWNER)

    exchange.run(waiting, now=LAST + 5 * HOUR)

    assert exchange.queue.buried == [(waiting, NO_MORE)]
    assert exchange.standings()["boss", "001"] is Standing.GIVEN_UP
