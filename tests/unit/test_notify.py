"""Messages on their way to a channel: delivered, dropped, tried again or given up, each alone."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from lapsewatch.adapters.arrivals import arrivals_of, routed_body
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.digests import digest_of
from lapsewatch.domain.outcomes import NotYet, Outcome, Refused
from lapsewatch.domain.overview import Watched
from lapsewatch.hand_over import HandingOver
from lapsewatch.lifecycle import remove
from lapsewatch.notify import ENOUGH_TIME, Notified, Notifying, notify

from tests.builders import NOW, notice, sqs_event
from tests.exchange import body as published_body
from tests.fakes import FakeChannel, FakeGathering, FakeHandovers, FakeNotifyQueue, FakeRests, FakeRoutes, FakeStore
from tests.scenes import EXPIRY, Scene, days_before
from tests.unit.channels.messages import changed

DAY = timedelta(days=1)


@dataclass
class Post:
    """A channel and its queue beside the fleet of a scene."""

    scene: Scene = field(default_factory=Scene)
    channel: FakeChannel = field(default_factory=FakeChannel)
    queue: FakeNotifyQueue = field(default_factory=FakeNotifyQueue)
    routes: FakeRoutes = field(default_factory=FakeRoutes)
    handovers: FakeHandovers = field(default_factory=FakeHandovers)
    gathering: FakeGathering = field(default_factory=FakeGathering)
    seconds_left: float = 90.0

    def deliver(self, *bodies: str, receives: int = 1, now: datetime = NOW) -> Notified:
        left = lambda: self.seconds_left  # noqa: E731
        handing = HandingOver(lambda _: self.channel, self.handovers, FakeRests(), self.queue, left, lambda _: None)
        work = Notifying(self.scene.store, self.routes, handing, self.gathering)
        return notify(work, arrivals_of(sqs_event(*bodies, receives=receives)), now)

    @property
    def events(self) -> list[Any]:
        return [message.document["event"] for message in self.channel.taken]


def body(milestone: int | None = 10, instance_id: str = "northwind") -> str:
    return published_body(milestone, instance_id)


def digest(*instance_ids: str) -> str:
    return form_of(digest_of([notice(instance_id=key) for key in instance_ids], "https://p", NOW)).bodies["default"]


def published(post: Post) -> str:
    """Return what the last remind run said of Northwind."""
    [*_, last] = (item for item in post.scene.publisher.messages if getattr(item, "instance_id", "") == "northwind")
    return form_of(last).bodies["default"]


@pytest.fixture
def post() -> Post:
    """Return a fleet of two that was read twelve days before its expiry."""
    post = Post()
    for instance_id in ("northwind", "contoso"):
        post.scene.add(instance_id)
        post.scene.says(EXPIRY, instance_id)
    post.scene.poll(days_before(12))
    return post


def renew(post: Post, instance_id: str = "northwind") -> None:
    post.scene.says(EXPIRY + 365 * DAY, instance_id)
    post.scene.poll(days_before(9), instance_id)


def test_a_message_is_delivered_and_let_go(post: Post) -> None:
    notified = post.deliver(body())

    assert (notified.counts, notified.again) == ({"delivered": 1}, [])
    assert post.events == ["reminder"]


@pytest.mark.fault("N10")
@pytest.mark.parametrize("milestone", [10, 0])
def test_a_trigger_whose_cycle_was_renewed_is_dropped_and_counted(post: Post, milestone: int) -> None:
    renew(post)

    notified = post.deliver(body(milestone))

    assert notified.counts == {"dropped": 1, "late_dropped": 1}
    assert (post.events, notified.again, post.queue.buried) == ([], [], [])


@pytest.mark.fault("N10")
def test_a_trigger_of_a_removed_instance_is_dropped_and_its_resolve_is_not(post: Post) -> None:
    remove(post.scene.operating, "northwind", NOW)

    assert post.deliver(body(10), body(None)).counts == {"dropped": 1, "late_dropped": 1, "delivered": 1}
    assert post.events == ["resolved"]


@pytest.mark.fault("N10")
def test_a_trigger_of_an_instance_that_cannot_be_read_is_delivered(post: Post) -> None:
    assert post.deliver(body(instance_id="unreadable")).counts == {"delivered": 1}


@pytest.mark.fault("N10")
@pytest.mark.fault("N7")
def test_a_trigger_that_had_to_wait_does_not_come_after_its_resolve(post: Post) -> None:
    trigger = notice(10).event_id
    post.channel.answers[trigger] = NotYet("HTTP 503")
    waiting = post.deliver(body(10))
    renew(post)
    del post.channel.answers[trigger]

    post.deliver(body(None))
    again = post.deliver(body(10), receives=2)
    post.deliver(body(None), receives=2)

    assert waiting.again == ["m0"]
    assert post.events == ["resolved"]
    assert again.counts == {"dropped": 1, "late_dropped": 1}


@pytest.mark.fault("N10")
@pytest.mark.parametrize(("reminded", "told"), [(False, ["resolved"]), (True, ["reminder"])])
def test_a_resolve_that_had_to_wait_does_not_close_what_a_later_cycle_has_opened(
    post: Post, reminded: bool, told: list[str]
) -> None:
    renew(post)
    post.scene.says(days_before(5))
    post.scene.poll(days_before(8))
    post.scene.remind(days_before(7))
    post.deliver(*[published(post)] * reminded, now=days_before(7))

    late = post.deliver(body(None), now=days_before(6))

    assert post.events == told
    assert late.counts["late_dropped"] == int(reminded)


@pytest.mark.fault("N10")
def test_a_resolve_that_had_to_wait_is_told_though_a_later_cycle_was_over_long_ago(post: Post) -> None:
    """Nobody is woken for such a cycle, so none of its own resolves would close what is open."""
    post.deliver(body(10))
    renew(post)
    post.scene.says(days_before(12) - 60 * DAY)
    post.scene.poll(days_before(8))

    post.deliver(body(None), receives=2, now=days_before(7))

    assert post.events == ["reminder", "resolved"]


@pytest.mark.fault("N10")
def test_a_resolve_that_is_sent_on_its_way_again_does_not_close_what_its_own_cycle_has_opened(post: Post) -> None:
    renew(post)
    post.scene.remind(days_before(9) + 365 * DAY)
    post.deliver(published(post), now=days_before(9) + 365 * DAY)

    late = post.deliver(body(None), now=days_before(8) + 365 * DAY)

    assert (post.events, late.counts["late_dropped"]) == (["reminder"], 1)


@pytest.mark.fault("N10")
def test_a_digest_goes_on_without_what_is_late(post: Post) -> None:
    renew(post)

    spread = post.deliver(digest("northwind", "contoso"))
    notified = post.deliver(routed_body(post.queue.messages[0]))

    assert (spread.counts, notified.counts) == ({"spread": 1, "late_dropped": 1}, {"delivered": 1})
    [message] = post.channel.taken
    assert [said["instance_id"] for said in message.document["notices"]] == ["contoso"]
    assert message.document["text"] == "1 license notice"


@pytest.mark.fault("N10")
def test_a_digest_of_nothing_but_late_notices_is_dropped(post: Post) -> None:
    renew(post)
    renew(post, "contoso")

    assert post.deliver(digest("northwind", "contoso")).counts == {"dropped": 1, "late_dropped": 2}


@pytest.mark.fault("N11")
@pytest.mark.parametrize(
    ("receives", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (11, 60)]
)
def test_what_was_not_taken_rests_twice_as_long_each_time_up_to_an_hour(
    post: Post, receives: int, minutes: int
) -> None:
    post.channel.answers[notice().event_id] = NotYet("HTTP 500")

    notified = post.deliver(body(), receives=receives)

    assert (notified.counts, notified.again) == ({"postponed": 1}, ["m0"])
    assert post.queue.postponed == {"m0": timedelta(minutes=minutes)}


@pytest.mark.fault("N11")
@pytest.mark.parametrize(("receives", "told", "seconds"), [(1, 90, 90), (1, 3600, 3600), (1, 5, 60), (5, 90, 960)])
def test_a_receiver_may_ask_for_a_longer_rest_but_not_for_a_shorter(
    post: Post, receives: int, told: int, seconds: int
) -> None:
    post.channel.answers[notice().event_id] = NotYet("HTTP 429", retry_after=told)

    post.deliver(body(), receives=receives)

    assert post.queue.postponed == {"m0": timedelta(seconds=seconds)}


@pytest.mark.fault("N11")
@pytest.mark.fault("N5")
def test_what_is_refused_for_good_becomes_a_dead_letter_with_the_reason(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.channel.answers[notice().event_id] = Refused("HTTP 410")

    with caplog.at_level(logging.ERROR):
        notified = post.deliver(body())

    assert (notified.counts, notified.again) == ({"refused": 1}, [])
    assert post.queue.buried == [(body(), "HTTP 410")]
    assert [(record.message, vars(record)["reason"]) for record in caplog.records] == [
        ("a message was given up", "HTTP 410")
    ]


@pytest.mark.fault("S10")
def test_what_is_no_message_becomes_a_dead_letter_at_once_and_is_not_repeated_in_the_log(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        notified = post.deliver('{"event": "canary"}')

    assert (notified.counts, notified.again) == ({"malformed": 1}, [])
    assert post.queue.buried == [('{"event": "canary"}', "body: union_tag_invalid")]
    assert "canary" not in "".join(str(vars(record)) for record in caplog.records)


@pytest.mark.fault("N11")
@pytest.mark.fault("S7")
def test_whatever_one_message_meets_the_others_are_delivered(post: Post) -> None:
    answers: list[Outcome | Exception] = [NotYet("timeout"), Refused("redirect"), RuntimeError("a bug")]
    bodies = [body(instance_id=f"pbx-{number}") for number in range(3)]
    for number, answer in enumerate(answers):
        post.channel.answers[notice(instance_id=f"pbx-{number}").event_id] = answer

    notified = post.deliver(body(10), *bodies, "{", body(None))

    assert notified.counts == {"delivered": 2, "postponed": 1, "refused": 1, "failed": 1, "malformed": 1}
    assert notified.again == ["m1", "m3"]
    assert post.events == ["reminder", "resolved"]


@pytest.mark.fault("D1")
def test_a_message_whose_states_cannot_be_read_now_comes_back(post: Post) -> None:
    post.scene.store = BrokenStore()

    notified = post.deliver(body(10), form_of(changed()).bodies["default"])

    assert notified.counts == {"failed": 1, "delivered": 1}
    assert (notified.again, post.events) == (["m0"], ["changed"])


def test_a_message_that_can_neither_be_put_off_nor_be_given_up_stays_in_the_queue(post: Post) -> None:
    post.channel.answers = {notice(10).event_id: NotYet("HTTP 500"), notice(0).event_id: Refused("HTTP 404")}
    post.queue.breaks = True

    notified = post.deliver(body(10), body(0))

    assert (notified.counts, notified.again) == ({"failed": 2}, ["m0", "m1"])


@pytest.mark.fault("S5")
def test_nothing_is_begun_that_the_time_left_might_not_finish(post: Post) -> None:
    post.seconds_left = ENOUGH_TIME - 1

    notified = post.deliver(body(10), body(None))

    assert (notified.counts, notified.again) == ({"backlog": 2}, ["m0", "m1"])
    assert post.events == []


class BrokenStore(FakeStore):
    """Cannot be asked about anybody."""

    def watched(self, instance_ids: Iterable[str], *, removed: bool = False) -> dict[str, Watched]:
        if list(instance_ids):
            raise ConnectionError("the table cannot be reached")
        return {}
