"""Messages on several routes: each gets what is for it, and none waits for, hides or loses another's."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.digests import digest_of
from lapsewatch.domain.handovers import IN_FLIGHT, RESTS_FOR, TRIES, Standing
from lapsewatch.domain.messages import Message
from lapsewatch.domain.moves import Sweep, summary_of
from lapsewatch.domain.outcomes import Delivered, NotYet, Refused
from lapsewatch.domain.routes import Match, News, Route, Step
from lapsewatch.ports import Channel

from tests.builders import NOW, instance, notice
from tests.exchange import Exchange, body
from tests.fakes import FakeRoutes
from tests.scenes import EXPIRY, days_before

DAY = timedelta(days=1)
NOC = Route("noc", "webhook", Match(severity=Severity.CRITICAL))
CHAT = Route("chat", "webhook")
CONTOSO = Route("contoso", "webhook", Match(customers=frozenset({"Contoso"})))
ALL = (NOC, CHAT, CONTOSO)


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(FakeRoutes(*ALL))


def test_a_message_goes_to_each_route_that_takes_it_and_to_no_other(exchange: Exchange) -> None:
    spread = exchange.run(body(1))
    exchange.run(*exchange.queued())

    assert spread.counts == {"spread": 1}
    assert {name: len(line.taken) for name, line in exchange.lines.items()} == {"noc": 1, "chat": 1}
    assert exchange.line("noc").tried[0].document == json.loads(body(1))
    assert exchange.standings() == {("noc", "001"): Standing.DELIVERED, ("chat", "001"): Standing.DELIVERED}


def test_a_message_for_a_single_route_takes_no_detour(exchange: Exchange) -> None:
    assert exchange.run(body(10)).counts == {"delivered": 1}
    assert exchange.queued() == []
    assert exchange.line("chat").taken == [notice(10).event_id]


def test_a_message_that_nobody_asked_for_is_let_go_and_counted(exchange: Exchange) -> None:
    exchange.routes = FakeRoutes(NOC)

    notified = exchange.run(body(10))

    assert (notified.counts, notified.again, exchange.queue.buried) == ({"unrouted": 1}, [], [])


@pytest.mark.fault("N11")
def test_a_route_that_fails_hides_nothing_from_the_others_and_keeps_its_own_account(exchange: Exchange) -> None:
    exchange.line("noc").answer = NotYet("HTTP 503", retry_after=300)
    exchange.run(body(1))

    notified = exchange.run(*exchange.queued())

    assert notified.counts == {"postponed": 1, "delivered": 1}
    assert exchange.queue.postponed == {"m0": timedelta(minutes=5)}
    found = {key.route: (item.standing, item.answer, item.attempts) for key, item in exchange.handovers.known.items()}
    assert found == {"noc": (Standing.WAITING, "HTTP 503", 1), "chat": (Standing.DELIVERED, "HTTP 204", 1)}


@pytest.mark.fault("N11")
def test_what_a_route_refuses_is_its_own_dead_letter_with_the_answer(exchange: Exchange) -> None:
    exchange.line("noc").answer = Refused("HTTP 410")

    exchange.through(body(1))

    [(letter, reason)] = exchange.queue.buried
    assert (json.loads(letter)["route"], reason) == ("noc", "HTTP 410")
    assert exchange.standings() == {("noc", "001"): Standing.GIVEN_UP, ("chat", "001"): Standing.DELIVERED}


@pytest.mark.fault("N11")
def test_the_last_try_ends_as_a_dead_letter_with_the_last_answer(exchange: Exchange) -> None:
    exchange.line("chat").answer = NotYet("HTTP 500")

    notified = exchange.run(body(10), receives=TRIES)

    assert (notified.counts, notified.again) == ({"refused": 1}, [])
    assert exchange.queue.buried == [(body(10), "HTTP 500")]
    assert exchange.standings() == {("chat", "010"): Standing.GIVEN_UP}


def test_a_dead_letter_that_is_sent_again_reaches_its_route_and_no_other(exchange: Exchange) -> None:
    exchange.line("noc").answer = Refused("HTTP 410")
    exchange.through(body(1))
    exchange.line("noc").answer = Delivered("HTTP 204")

    exchange.run(exchange.queue.buried[0][0])

    assert len(exchange.line("chat").taken) == 1
    assert exchange.standings() == {("noc", "001"): Standing.DELIVERED, ("chat", "001"): Standing.DELIVERED}


@pytest.mark.fault("N4")
def test_a_copy_of_a_message_reaches_nobody_twice(exchange: Exchange) -> None:
    exchange.through(body(1))
    copies = Counter(exchange.run(body(1)).counts)

    copies += exchange.run(*exchange.queued()).counts

    assert copies == {"spread": 1, "repeated": 2}
    assert [len(line.tried) for line in exchange.lines.values()] == [1, 1]


def test_a_spread_that_was_cut_off_is_taken_up_and_loses_nobody(exchange: Exchange) -> None:
    puts = count()
    put = exchange.queue.put

    def breaks(message: Message, after: timedelta = DAY) -> None:
        if next(puts) == 1:
            raise ConnectionError("the queue cannot be reached")
        put(message, after)

    exchange.queue.put = breaks  # type: ignore[method-assign]
    first = exchange.run(body(1))
    exchange.run(body(1), receives=2)
    exchange.run(*exchange.queued())

    assert first.again == ["m0"]
    assert [len(exchange.line(name).tried) for name in ("noc", "chat")] == [1, 1]


@pytest.mark.fault("N13")
def test_a_digest_is_cut_to_what_each_route_takes(exchange: Exchange) -> None:
    notices = [
        notice(1, instance_id="a", customer="Contoso"), notice(10, instance_id="b", customer="Contoso"),
        notice(1, instance_id="c"), notice(10, instance_id="d"),
    ]  # fmt: skip
    exchange.through(form_of(digest_of(notices, "https://p", NOW)).bodies["default"])

    got = {
        name: ([told["instance_id"] for told in line.tried[0].document["notices"]], line.tried[0].document["text"])
        for name, line in exchange.lines.items()
    }
    assert {name: sorted(ids) for name, (ids, _) in got.items()} == {
        "noc": ["a", "c"], "chat": ["a", "b", "c", "d"], "contoso": ["a", "b"],
    }  # fmt: skip
    assert got["noc"][1] == "2 license notices"
    assert len({line.tried[0].event_id for line in exchange.lines.values()}) == 1


def test_routes_match_by_the_tags_that_an_instance_has_now(exchange: Exchange) -> None:
    exchange.scene.add()
    exchange.scene.says(EXPIRY)
    exchange.scene.poll(days_before(12))
    exchange.scene.store.configs["northwind"] = replace(instance(), tags=frozenset({"vip"}))
    exchange.routes = FakeRoutes(Route("vip", "webhook", Match(tags=frozenset({"vip"}))))

    exchange.run(body(10), body(10, "contoso"))

    assert exchange.line("vip").taken == [notice(10).event_id]


@pytest.mark.fault("N7")
def test_a_resolve_follows_its_trigger_on_every_route_that_was_told(exchange: Exchange) -> None:
    exchange.through(body(1))
    exchange.lines.clear()

    exchange.through(body(None))

    assert {name: line.tried[0].document["event"] for name, line in exchange.lines.items()} == {
        "noc": "resolved",
        "chat": "resolved",
    }


@pytest.mark.fault("N7")
def test_a_resolve_does_not_overtake_its_trigger_that_is_on_its_way(exchange: Exchange) -> None:
    """A slow receiver takes the trigger while another environment has the resolve already."""
    exchange.run(body(1))
    trigger = next(text for text in exchange.queued() if '"noc"' in text)
    arrived: list[str] = []
    channel = exchange.channel

    def slow(route: Route) -> Channel:
        exchange.channel = channel  # type: ignore[method-assign]
        exchange.run(body(None))
        arrived.extend(exchange.queued())
        meanwhile = exchange.run(*arrived)
        assert meanwhile.counts["postponed"] == len(meanwhile.again) == 2
        return channel(route)

    exchange.channel = slow  # type: ignore[method-assign]
    exchange.run(trigger)
    exchange.run(*arrived, receives=2, now=NOW + IN_FLIGHT)

    events = [message.document["event"] for message in exchange.line("noc").tried]
    assert events == ["reminder", "resolved"]


@pytest.mark.fault("N7")
@pytest.mark.parametrize("default", [False, True])
def test_a_resolve_finds_the_route_that_was_told_by_its_new_name(exchange: Exchange, default: bool) -> None:
    exchange.routes = FakeRoutes(replace(NOC, default=default))
    exchange.through(body(1))
    news = frozenset({News.REMINDER, News.EXPIRED})
    exchange.routes = FakeRoutes(Route("ops", "webhook", replace(NOC.match, news=news), default=default), CONTOSO)

    exchange.through(body(None))

    assert [message.document["event"] for message in exchange.line("ops").tried] == ["resolved"]
    assert exchange.line("contoso").tried == []


def test_a_resolve_of_what_a_route_was_never_told_does_not_bother_it(exchange: Exchange) -> None:
    exchange.through(body(10), body(None))

    assert exchange.line("noc").tried == []
    assert len(exchange.line("chat").tried) == 2


@pytest.mark.fault("N10")
def test_what_is_late_is_dropped_and_noted_on_each_route_that_waited(exchange: Exchange) -> None:
    exchange.scene.add()
    exchange.scene.says(EXPIRY)
    exchange.scene.poll(days_before(12))
    exchange.line("noc").answer = NotYet("HTTP 503")
    exchange.run(body(1))
    waiting = exchange.queued()
    exchange.run(*waiting)
    exchange.scene.says(EXPIRY + 365 * DAY)
    exchange.scene.poll(days_before(1))

    again = exchange.run(waiting[0], receives=2)

    assert again.counts == {"dropped": 1, "late_dropped": 1}
    assert exchange.standings() == {("noc", "001"): Standing.LATE, ("chat", "001"): Standing.DELIVERED}


def test_what_the_topic_brings_by_itself_is_noted_and_not_sent(exchange: Exchange) -> None:
    exchange.routes = FakeRoutes(Route("mail", "email", addresses=("noc@msp.example",)))

    assert exchange.run(body(1)).counts == {"unrouted": 1}
    assert exchange.standings() == {("mail", "001"): Standing.BY_TOPIC}


def test_a_summary_of_a_sweep_goes_to_whoever_asks_for_no_customer(exchange: Exchange) -> None:
    summary = form_of(summary_of(Sweep(NOW, {91: 40}), "https://p")).bodies["default"]
    exchange.routes = FakeRoutes(*ALL, Route("moves", "webhook", Match(news=frozenset({News.MOVED}))))

    exchange.through(summary)

    assert {name for name, line in exchange.lines.items() if line.tried} == {"chat", "moves"}


def test_a_message_to_a_route_that_is_no_more_goes_to_those_that_there_are(exchange: Exchange) -> None:
    exchange.line("noc").answer = NotYet("HTTP 503")
    exchange.run(body(1))
    waiting = exchange.queued()
    exchange.run(*waiting)
    exchange.routes = FakeRoutes(replace(NOC, name="noc-2"), CHAT)

    again = exchange.run(waiting[0], receives=2)
    exchange.run(*exchange.queued())

    assert again.counts == {"spread": 1}
    assert {name: len(line.taken) for name, line in exchange.lines.items()} == {"noc": 0, "chat": 1, "noc-2": 1}
    assert exchange.standings() == {
        ("noc", "001"): Standing.GIVEN_UP, ("chat", "001"): Standing.DELIVERED, ("noc-2", "001"): Standing.DELIVERED,
    }  # fmt: skip


@pytest.mark.fault("N9")
@pytest.mark.parametrize(("tried", "told"), [(True, ["resolved"]), (False, [])])
def test_a_resolve_follows_a_trigger_that_was_dropped_as_late_if_it_may_have_been_heard(
    exchange: Exchange, tried: bool, told: list[str]
) -> None:
    exchange.scene.add()
    exchange.scene.says(EXPIRY)
    exchange.scene.poll(days_before(12))
    exchange.line("noc").answer = NotYet("timeout")
    exchange.run(body(1))
    waiting = exchange.queued()
    exchange.run(*waiting[:tried])
    exchange.scene.says(EXPIRY + 365 * DAY)
    exchange.scene.poll(days_before(1))
    exchange.run(waiting[0], receives=2)
    exchange.lines.clear()

    exchange.through(body(None))

    assert [message.document["event"] for message in exchange.line("noc").tried] == told


@pytest.mark.fault("N4")
def test_a_notice_that_comes_again_in_another_digest_reaches_nobody_twice(exchange: Exchange) -> None:
    first, second = (
        form_of(digest_of([notice(10, instance_id=key) for key in keys], "https://p", NOW)).bodies["default"]
        for keys in ("abc", "cd")
    )

    exchange.through(first)
    exchange.through(second)
    repeated = exchange.run(body(10, "a"))

    sent = [[told.document["instance_id"] for told in message.notices] for message in exchange.line("chat").tried]
    assert sent == [["a", "b", "c"], ["d"]]
    assert repeated.counts == {"repeated": 1}


@pytest.mark.fault("N11")
@pytest.mark.parametrize(
    ("answer", "standing"), [(NotYet("HTTP 429"), Standing.WAITING), (Refused("HTTP 400"), Standing.GIVEN_UP)]
)
def test_what_a_receiver_took_of_a_digest_is_noted_and_never_sent_again(
    exchange: Exchange, answer: NotYet | Refused, standing: Standing
) -> None:
    digest = form_of(digest_of([notice(10, instance_id=key) for key in "abc"], "https://p", NOW)).bodies["default"]
    exchange.line("chat").answer = replace(answer, taken=frozenset({notice(10, instance_id="b").event_id}))

    exchange.through(digest)
    left = {key.row.instance_id: item.standing for key, item in exchange.handovers.known.items()}
    exchange.line("chat").answer = Delivered("HTTP 202")
    exchange.through(digest)

    sent = [[told.document["instance_id"] for told in message.notices] for message in exchange.line("chat").tried]
    assert left == {"a": standing, "b": Standing.DELIVERED, "c": standing}
    assert sent == [["a", "b", "c"], ["a", "c"]]
    found = {key.row.instance_id: (item.standing, item.attempts) for key, item in exchange.handovers.known.items()}
    assert found == {
        "a": (Standing.DELIVERED, 2), "b": (Standing.DELIVERED, 1), "c": (Standing.DELIVERED, 2),
    }  # fmt: skip


@pytest.mark.fault("N11")
def test_a_route_that_hangs_rests_so_that_it_uses_up_no_time_of_the_others(exchange: Exchange) -> None:
    exchange.line("noc").answer, exchange.line("noc").takes = NotYet("timeout"), 10.0
    exchange.run(*(body(1, f"pbx-{number}") for number in range(5)))
    waiting = exchange.queued()

    hung = exchange.run(*waiting)
    again = exchange.run(*[text for text in waiting if '"noc"' in text], receives=2, now=NOW + RESTS_FOR)

    assert hung.counts == {"delivered": 5, "postponed": 5}
    assert len(exchange.line("chat").tried) == 5
    assert again.counts == {"postponed": 5}
    assert len(exchange.line("noc").tried) == 2


@pytest.mark.fault("N11")
def test_a_receiver_that_takes_a_digest_bit_by_bit_neither_rests_nor_waits_longer_each_time(exchange: Exchange) -> None:
    digest = form_of(digest_of([notice(10, instance_id=key) for key in "abc"], "https://p", NOW)).bodies["default"]
    exchange.run(digest)
    some = frozenset({notice(10, instance_id="b").event_id})
    exchange.line("chat").answer, exchange.line("chat").takes = NotYet("timeout", taken=some), 10.0

    exchange.run(*exchange.queued(), receives=7)

    assert exchange.queue.postponed == {"m0": timedelta(minutes=1)}
    assert exchange.rests.known == {}


def test_a_route_that_hung_is_tried_a_last_time_however_it_rests(exchange: Exchange) -> None:
    exchange.rests.rest("chat", NOW + RESTS_FOR)

    assert exchange.run(body(10), receives=TRIES).counts == {"delivered": 1}


def test_a_route_that_is_quick_to_refuse_for_now_does_not_rest(exchange: Exchange) -> None:
    exchange.line("chat").answer = NotYet("HTTP 503")

    exchange.run(body(10, "a"), body(10, "b"))

    assert len(exchange.line("chat").tried) == 2


def test_what_escalates_is_noted_before_anything_is_sent(exchange: Exchange) -> None:
    exchange.routes = FakeRoutes(replace(CHAT, escalation=Step(timedelta(hours=4), "noc")), NOC)
    exchange.line("chat").answer = NotYet("timeout")

    exchange.run(body(10), body(1), body(0), body(None))

    due = {key.row.milestone: item.due_at for key, item in exchange.handovers.known.items() if key.route == "chat"}
    assert due == {10: None, 1: NOW + timedelta(hours=4), 0: NOW + timedelta(hours=4), None: None}


def test_what_cannot_be_noted_is_delivered_all_the_same(exchange: Exchange) -> None:
    def breaks(*_: object) -> None:
        raise ConnectionError("the table cannot be reached")

    exchange.handovers.settle = breaks  # type: ignore[method-assign,assignment]

    assert exchange.run(body(10)).counts == {"delivered": 1}


def test_every_notice_on_a_declared_route_has_a_link_of_that_route_to_acknowledge_by(exchange: Exchange) -> None:
    exchange.has_links = True
    exchange.routes = FakeRoutes(NOC, CHAT, replace(CONTOSO, match=Match(), acknowledge_link=False))

    exchange.through(body(1))

    links = {name: line.tried[0].document.get("acknowledge_url") for name, line in exchange.lines.items()}
    assert links == {"noc": "https://p/noc/1/06-17", "chat": "https://p/chat/1/06-17", "contoso": None}


def test_the_webhook_that_nobody_declared_gets_what_it_always_got(exchange: Exchange) -> None:
    exchange.has_links = True
    exchange.routes = FakeRoutes()

    exchange.run(body(1), body(None))

    assert [message.document for message in exchange.line("webhook").tried] == [
        json.loads(body(1)),
        json.loads(body(None)),
    ]
