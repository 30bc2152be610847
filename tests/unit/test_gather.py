"""One message for a route and a morning, whatever it was published in: nothing twice, nothing lost."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.digests import digest_of
from lapsewatch.domain.gathering import GATHERS_FOR
from lapsewatch.domain.handovers import TRIES, Standing
from lapsewatch.domain.outcomes import Delivered, NotYet, Refused
from lapsewatch.domain.routes import Match, Route, Step
from lapsewatch.follow_up import escalate

from tests.builders import NOW, notice
from tests.exchange import Exchange, body
from tests.fakes import FakeRoutes
from tests.scenes import EXPIRY, days_before

CHAT = Route("chat", "webhook")
NOC = Route("noc", "webhook", Match(severity=Severity.CRITICAL))
MINUTE = timedelta(minutes=1)
TWO = ([f"a{n}" for n in range(12)], [f"b{n}" for n in range(12)])


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(FakeRoutes(CHAT, NOC))


def published(exchange: Exchange, *pieces: Sequence[str]) -> list[str]:
    """Publish digests in pieces and spread them; return what waits in the queue."""
    for keys in pieces:
        digest = digest_of([notice(10, instance_id=key) for key in keys], "https://p", NOW)
        exchange.run(form_of(digest).bodies["default"])
    return exchange.queued()


def told(exchange: Exchange, route: str = "chat") -> list[list[str]]:
    return [sorted(item.document["instance_id"] for item in message.notices) for message in exchange.line(route).tried]


@pytest.mark.fault("N13")
def test_the_pieces_of_one_run_are_one_message(exchange: Exchange) -> None:
    waiting = published(exchange, *TWO)

    notified = exchange.run(*waiting)

    assert exchange.queue.delays == [GATHERS_FOR] * 2
    assert told(exchange) == [sorted([*TWO[0], *TWO[1]])]
    assert (notified.counts, notified.again) == ({"delivered": 1, "repeated": 1}, [])
    assert set(exchange.standings().values()) == {Standing.DELIVERED}


def test_a_reminder_by_itself_waits_for_no_other(exchange: Exchange) -> None:
    exchange.run(body(1))

    assert exchange.queue.delays == [timedelta(), timedelta()]


@pytest.mark.fault("N13")
def test_what_a_route_missed_while_it_was_away_is_one_message_when_it_is_back(exchange: Exchange) -> None:
    exchange.line("chat").answer = NotYet("HTTP 503")
    first = published(exchange, TWO[0])
    exchange.run(*first)
    second = published(exchange, TWO[1])
    exchange.run(*second)
    exchange.lines.clear()

    exchange.run(*first, receives=2)
    later = exchange.run(*second, receives=2)

    assert told(exchange) == [sorted([*TWO[0], *TWO[1]])]
    assert later.counts == {"repeated": 1}


@pytest.mark.fault("N4")
def test_two_environments_never_tell_the_same_parts_at_once(exchange: Exchange) -> None:
    waiting = published(exchange, *TWO)
    exchange.gathering.held["chat"] = ("another", NOW + MINUTE)

    meanwhile = exchange.run(*waiting)
    exchange.run(*waiting, receives=2, now=NOW + MINUTE)

    assert (meanwhile.counts, len(meanwhile.again)) == ({"postponed": 2}, 2)
    assert exchange.queue.postponed == {"m0": MINUTE, "m1": MINUTE}
    assert len(told(exchange)) == 1


@pytest.mark.fault("N4")
def test_a_part_is_tried_a_last_time_whoever_tells_the_others(exchange: Exchange) -> None:
    waiting = published(exchange, *TWO)
    exchange.gathering.held["chat"] = ("another", NOW + MINUTE)

    last = exchange.run(waiting[0], receives=TRIES)

    assert (last.counts, last.again) == ({"delivered": 1}, [])
    assert told(exchange) == [sorted(TWO[0])]


@pytest.mark.fault("N4")
def test_a_part_that_comes_again_the_next_day_brings_nothing_back(exchange: Exchange) -> None:
    waiting = published(exchange, *TWO)
    exchange.run(*waiting)

    again = exchange.run(*published(exchange, TWO[0], ["c1", "c2"]), now=NOW + timedelta(days=1))

    assert again.counts == {"delivered": 1, "repeated": 1}
    assert told(exchange)[1:] == [["c1", "c2"]]


@pytest.mark.fault("N11")
def test_a_part_that_is_refused_is_a_dead_letter_by_itself_and_the_others_are_tried(exchange: Exchange) -> None:
    waiting = published(exchange, *TWO)
    exchange.line("chat").answer = Refused("HTTP 400")
    exchange.run(waiting[0])
    exchange.line("chat").answer = Delivered("HTTP 200")

    exchange.run(waiting[1])

    assert [(json.loads(letter)["message"]["event_id"], why) for letter, why in exchange.queue.buried] == [
        (json.loads(waiting[0])["message"]["event_id"], "HTTP 400")
    ]
    assert told(exchange)[-1] == sorted(TWO[1])
    exchange.run(exchange.queue.buried[0][0])
    assert told(exchange)[-1] == sorted(TWO[0])


@pytest.mark.fault("N11")
def test_a_part_that_a_receiver_will_not_have_takes_no_other_with_it(exchange: Exchange) -> None:
    waiting = published(exchange, TWO[0], [*TWO[1], "poison"], ["c1", "c2"])
    exchange.line("chat").will_not_have = "poison"

    notified = exchange.run(*waiting)

    assert notified.counts == {"delivered": 2, "refused": 1}
    assert [json.loads(letter)["message"]["event_id"] for letter, _ in exchange.queue.buried] == [
        json.loads(waiting[1])["message"]["event_id"]
    ]
    standings = {key.row.instance_id: item.standing for key, item in exchange.handovers.known.items()}
    assert {key for key, standing in standings.items() if standing is Standing.DELIVERED} == {*TWO[0], "c1", "c2"}


@pytest.mark.fault("N11")
def test_what_was_taken_of_a_whole_that_was_refused_is_no_dead_letter(exchange: Exchange) -> None:
    waiting = published(exchange, ["a1", "a2"], ["b1", "b2"])
    exchange.line("chat").answer = Refused(
        "HTTP 400", frozenset(notice(10, instance_id=key).event_id for key in ("a1", "a2"))
    )

    first = exchange.run(waiting[0])

    assert (first.counts, exchange.queue.buried) == ({"repeated": 1}, [])


@pytest.mark.fault("N11")
@pytest.mark.parametrize(("count", "messages"), [(10, 10), (40, 1)])
def test_single_notices_that_a_receiver_did_not_take_are_one_message_when_it_does(
    exchange: Exchange, count: int, messages: int
) -> None:
    exchange.routes = FakeRoutes(CHAT)
    exchange.line("chat").answer = NotYet("HTTP 429", 1)
    bodies = [body(10, f"pbx-{number}") for number in range(count)]
    exchange.run(*bodies)
    exchange.lines.clear()

    again = exchange.run(*bodies, receives=2)

    assert len(exchange.line("chat").tried) == messages
    assert sorted(key for keys in told(exchange) for key in keys) == sorted(f"pbx-{number}" for number in range(count))
    assert again.counts["delivered"] + again.counts["repeated"] == count
    assert not any(exchange.gathering.kept(message) for message in exchange.line("chat").tried)


def test_what_cannot_be_gathered_goes_by_itself(exchange: Exchange) -> None:
    exchange.gathering.breaks = True

    notified = exchange.run(*published(exchange, *TWO))

    assert notified.counts == {"delivered": 2}
    assert told(exchange) == [sorted(TWO[0]), sorted(TWO[1])]


@pytest.mark.fault("N10")
def test_what_is_late_in_another_part_is_not_told(exchange: Exchange) -> None:
    exchange.scene.add()
    exchange.scene.says(EXPIRY)
    exchange.scene.poll(days_before(12))
    waiting = published(exchange, ["northwind", *TWO[0]], TWO[1])
    exchange.scene.says(EXPIRY + timedelta(days=365))
    exchange.scene.poll(days_before(9))

    notified = exchange.run(waiting[1])

    assert notified.counts == {"delivered": 1, "late_dropped": 1}
    assert told(exchange) == [sorted([*TWO[0], *TWO[1]])]


@pytest.mark.fault("N13")
@pytest.mark.parametrize(("instances", "messages"), [(10, 10), (30, 1)])
def test_many_that_escalate_at_once_are_one_message(instances: int, messages: int) -> None:
    hour = timedelta(hours=1)
    boss = Route("boss", "webhook", Match(customers=frozenset({"Nobody"})))
    exchange = Exchange(FakeRoutes(Route("chat", "webhook", escalation=Step(4 * hour, "boss")), boss))
    for number in range(instances):
        exchange.scene.add(f"pbx-{number}")
        exchange.scene.says(EXPIRY, f"pbx-{number}")
    exchange.scene.poll(days_before(2))
    exchange.publish(days_before(1))

    counts = escalate(exchange.following(), days_before(1) + 4 * hour)
    exchange.run(*exchange.queued(), now=days_before(1) + 4 * hour)

    assert counts == {"escalated": instances}
    assert len(exchange.line("boss").tried) == messages
    assert sum(len(message.notices) for message in exchange.line("boss").tried) == instances
