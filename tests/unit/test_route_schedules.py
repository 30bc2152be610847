"""Whatever becomes of a receiver, its routes and the dates: nothing is left open that a renewal has settled."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.handovers import IN_FLIGHT
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome
from lapsewatch.domain.routes import Match, Route
from lapsewatch.ports import Channel

from tests.exchange import Exchange
from tests.fakes import FakeRoutes
from tests.scenes import EXPIRY, days_before

CHAT = Route("chat", "webhook")
NAMES = ("noc", "ops")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = 400
MOST_RECEIVES = 9


@dataclass
class Waiting:
    """A message of the queue."""

    body: str
    receives: int = 0


@dataclass
class World:
    """One instance, a pager that hears only what is critical, and a chat; time goes on with each step."""

    exchange: Exchange = field(default_factory=lambda: Exchange(FakeRoutes()))
    now: datetime = field(default_factory=lambda: days_before(12))
    name: int = 0
    mood: str = "well"
    queue: list[Waiting] = field(default_factory=list)
    open: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.exchange.scene.add()
        self.exchange.scene.says(EXPIRY)
        self.exchange.scene.poll(self.now)
        self.exchange.channel = self.channel  # type: ignore[method-assign]
        self.rename()

    def rename(self) -> None:
        self.name += 1
        pager = Route(NAMES[self.name % 2], "webhook", Match(severity=Severity.CRITICAL))
        self.exchange.routes = FakeRoutes(pager, CHAT)

    def channel(self, route: Route) -> Channel:
        world = self

        class Pager:
            def send(self, message: Message, now: datetime) -> Outcome:
                return Delivered("HTTP 204") if route.name == "chat" else world.paged(message)

        return Pager()

    def paged(self, message: Message) -> Outcome:
        mood, self.mood = self.mood, "well" if self.mood == "slow" else self.mood
        if mood == "away":
            return NotYet("HTTP 503")
        if mood == "slow":
            # While it takes this, the date moves, and another environment has what comes of that.
            self.moves(FAR)
            for _ in ("spread", "handed over"):
                for waiting in list(self.queue):
                    self.handle(waiting)
        for told in message.notices:
            change = self.open.discard if told.event is Event.RESOLVED else self.open.add
            change(str(told.document["dedup_key"]))
        return NotYet("timeout") if mood == "loses answers" else Delivered("HTTP 202")

    def moves(self, days: int) -> None:
        self.exchange.scene.says(self.now + days * DAY + HOUR)
        self.exchange.scene.poll(self.now)
        self.reminds()

    def reminds(self) -> None:
        before = len(self.exchange.scene.publisher.messages)
        self.exchange.scene.remind(self.now)
        published = self.exchange.scene.publisher.messages[before:]
        self.queue += [Waiting(form_of(message).bodies["default"]) for message in published]

    def handle(self, waiting: Waiting) -> None:
        if waiting not in self.queue or waiting.receives >= MOST_RECEIVES:
            return
        self.queue.remove(waiting)
        again = replace(waiting, receives=waiting.receives + 1)
        notified = self.exchange.run(waiting.body, receives=again.receives, now=self.now)
        self.queue += [Waiting(body) for body in self.exchange.queued()]
        self.queue += [again] * bool(notified.again)

    def drain(self) -> None:
        self.mood = "well"
        for waiting in self.queue:
            waiting.receives = min(waiting.receives, 1)
        while self.queue:
            self.now += IN_FLIGHT
            self.handle(self.queue[0])


STEPS = st.one_of(
    st.tuples(st.just("moves"), st.sampled_from([-60, -1, 0, 2, 5, FAR])),
    st.tuples(st.just("passes"), st.sampled_from([2, 30, 60 * 24, 60 * 24 * 6])),
    st.tuples(st.just("handles"), st.integers(0, 5)),
    st.tuples(st.just("handles"), st.integers(0, 5)),
    st.tuples(st.just("mood"), st.sampled_from(["well", "away", "slow", "loses answers"])),
    st.tuples(st.just("renames"), st.just(0)),
)


@pytest.mark.fault("N7")
@pytest.mark.fault("N9")
@pytest.mark.fault("N10")
@settings(max_examples=400, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_no_incident_outlives_the_last_renewal(steps: list[tuple[str, int | str]]) -> None:
    world = World()

    for what, value in steps:
        match what, value:
            case "moves", int(days):
                world.moves(days)
            case "passes", int(minutes):
                world.now += timedelta(minutes=minutes)
                world.reminds()
            case "handles", int(place) if world.queue:
                world.handle(world.queue[place % len(world.queue)])
            case "mood", str(mood):
                world.mood = mood
            case "renames", _:
                world.rename()
            case _:
                pass
    world.drain()
    world.moves(FAR + 100)
    for _ in range(3):
        world.now += 2 * HOUR
        world.reminds()
        world.drain()

    assert world.open == set()
