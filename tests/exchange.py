"""The notify function and its queue, with a line for each route: what spreads, what is handed over, what escalates."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from lapsewatch.adapters.arrivals import arrivals_of, routed_body
from lapsewatch.adapters.sns import document_of, form_of
from lapsewatch.domain.acknowledge_links import AcknowledgeLink
from lapsewatch.domain.handovers import Standing
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, Outcome, Refused
from lapsewatch.domain.routes import Route
from lapsewatch.follow_up import FollowingUp, escalate
from lapsewatch.hand_over import HandingOver
from lapsewatch.notify import Notified, Notifying, notify
from lapsewatch.ports import Channel

from tests.builders import NOW, notice, sqs_event
from tests.fakes import FakeGathering, FakeHandovers, FakeNotifyQueue, FakeRests, FakeRoutes, FakeTurns
from tests.scenes import Scene


class Line:
    """The channel of one route, with an answer and the seconds that it takes."""

    def __init__(self) -> None:
        self.answer: Outcome = Delivered("HTTP 204")
        self.takes = 0.0
        self.tried: list[Message] = []
        self.will_not_have = ""
        """The instance of which it refuses to be told."""

    def answer_to(self, message: Message) -> Outcome:
        about = {told.document["instance_id"] for told in message.notices}
        return Refused("HTTP 400") if self.will_not_have in about else self.answer

    @property
    def taken(self) -> list[str]:
        return [message.event_id for message in self.tried] if isinstance(self.answer, Delivered) else []


@dataclass
class Exchange:
    """The notify function and its queue, with a line for each route and a clock that sending uses up."""

    routes: FakeRoutes
    scene: Scene = field(default_factory=Scene)
    handovers: FakeHandovers = field(default_factory=FakeHandovers)
    turns: FakeTurns = field(default_factory=FakeTurns)
    rests: FakeRests = field(default_factory=FakeRests)
    queue: FakeNotifyQueue = field(default_factory=FakeNotifyQueue)
    gathering: FakeGathering = field(default_factory=FakeGathering)
    lines: dict[str, Line] = field(default_factory=dict)
    seconds_left: float = 90.0
    has_links: bool = False

    def link(self, link: AcknowledgeLink) -> str | None:
        return f"https://p/{link.route}/{link.trigger.cycle}/{link.until:%m-%d}" if self.has_links else None

    def line(self, route: str) -> Line:
        return self.lines.setdefault(route, Line())

    def channel(self, route: Route) -> Channel:
        exchange, line = self, self.line(route.name)

        class Dialled:
            def send(self, message: Message, now: datetime) -> Outcome:
                line.tried.append(message)
                exchange.seconds_left -= line.takes
                return line.answer_to(message)

        return Dialled()

    def run(self, *bodies: str, receives: int = 1, now: datetime = NOW) -> Notified:
        self.seconds_left = 90.0
        handing = HandingOver(
            self.channel, self.handovers, self.rests, self.queue, lambda: self.seconds_left, self.link
        )
        event = sqs_event(*bodies, receives=receives)
        return notify(Notifying(self.scene.store, self.routes, handing, self.gathering), arrivals_of(event), now)

    def queued(self) -> list[str]:
        """Take what was put into the queue out of it."""
        bodies = [routed_body(message) for message in self.queue.messages]
        self.queue.messages = []
        return bodies

    def through(self, *bodies: str, now: datetime = NOW) -> None:
        """Spread messages and hand over what came of that, once."""
        self.run(*bodies, now=now)
        self.run(*self.queued(), now=now)

    def standings(self) -> dict[tuple[str, str], Standing]:
        known = self.handovers.known.values()
        return {(item.key.route, item.key.row.alert.rpartition("#")[2]): item.standing for item in known}

    def following(self) -> FollowingUp:
        store = self.scene.store
        return FollowingUp(
            fleet=store,
            ledger=store,
            routes=self.routes,
            escalations=self.handovers,
            turns=self.turns,
            queue=self.queue,
            gathering=self.gathering,
            rules=self.scene.rules,
            page_url="https://page.example",
            shop=True,
            document=document_of,
            time_left=lambda: self.seconds_left,
        )

    def follow_up(self, now: datetime) -> Counter[str]:
        """Look once for what escalates, and hand over what came of that."""
        counts = escalate(self.following(), now)
        self.run(*self.queued(), now=now)
        return counts

    def publish(self, now: datetime) -> None:
        """Let a remind run happen, and bring what it published to the routes."""
        before = len(self.scene.publisher.messages)
        self.scene.remind(now)
        for message in self.scene.publisher.messages[before:]:
            self.through(form_of(message).bodies["default"], now=now)


def body(milestone: int | None = 1, instance_id: str = "northwind", customer: str = "Northwind Health") -> str:
    # A resolve carries the number of the cycle that its date opened.
    told = notice(milestone, instance_id=instance_id, customer=customer, cycle=2 if milestone is None else 1)
    return form_of(told).bodies["default"]
