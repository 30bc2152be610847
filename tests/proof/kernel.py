"""The real use cases, one I/O step at a time: whoever drives them decides the order, the clock and the faults.

Each run lives in a greenlet of its own and stops before every call of the store or the channel. What is proven is
the product's own code; only the visit to a PBX is left out, since a poll and a refresh decide nothing in it.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from greenlet import getcurrent, greenlet
from lapsewatch import poll as polls
from lapsewatch import refresh as refreshes
from lapsewatch import remind as reminds
from lapsewatch.deliver import Delivery
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.license import Reading
from lapsewatch.domain.milestones import DEFAULT_RULES, ReminderRules
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import (
    ConflictError,
    DeliveryFailedError,
    DeliveryUnknownError,
    LapsewatchError,
)
from lapsewatch.poll import Polling

from tests.fakes import FakePbx, FakeQueue, FakeSecrets, FakeStore

TIMEOUT = 300.0
"""Seconds that an invocation lives."""


class Fault(StrEnum):
    """What may go wrong with one step."""

    NONE = "none"
    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    THROTTLED = "throttled"
    ANSWER_LOST = "answer lost"
    CONFLICT = "conflict"


class Died(BaseException):
    """The invocation ended here."""


type Body = Callable[[], None]

IDLE: list[greenlet] = []
"""Those whose run has ended serve the next one: a new stack for each would cost a fifth of all the time."""


class Run:
    """One invocation."""

    steps = 0
    """How many steps all runs together have done."""
    going: "Run | None" = None
    """The one that does a step right now."""

    def __init__(self, name: str, started: datetime, body: Body) -> None:
        self.name = name
        self.started = started
        self.step = ""
        """The step it stands before; empty once it has ended."""
        self.args: tuple[Any, ...] = ()
        """What it calls that step with."""
        self.looked = 0
        """The step of all runs at which this one last read instances."""
        self.unmarked: set[str] = set()
        """Event ids that the channel took from it and that it has not marked yet."""
        self._greenlet = IDLE.pop() if IDLE else greenlet(_serve)
        self._go(body)

    @property
    def ended(self) -> bool:
        return not self.step

    def go(self, fault: Fault = Fault.NONE) -> None:
        """Do the step it stands before, with a fault, and stop before the next one."""
        self._go(fault)

    def finish(self) -> None:
        while self.step:
            self._go(Fault.NONE)

    def _go(self, said: Body | Fault) -> None:
        Run.steps, Run.going = Run.steps + 1, self
        if self.step == "watched":
            self.looked = Run.steps
        self.step, self.args = self._greenlet.switch(said)


def _serve(body: Body) -> None:
    """Live one invocation after another."""
    while True:
        with suppress(Died, LapsewatchError, OSError):
            body()
        current = getcurrent()
        IDLE.append(current)
        assert current.parent is not None
        body = current.parent.switch(("", ()))


def wait(step: str, *args: Any) -> Fault:
    """Stop before a step and return what shall go wrong with it."""
    current = getcurrent()
    if current.parent is None:
        return Fault.NONE
    fault: Fault = current.parent.switch((step, args))
    return fault


class SteppedStore:
    """A store that stops before each call."""

    def __init__(self, inner: FakeStore) -> None:
        self.inner = inner
        self.after: Callable[[str, tuple[Any, ...]], None] = lambda *_: None


def _stepped(name: str) -> Callable[..., Any]:
    """Return the method of a stepped store that does the step of this name."""

    def call(self: SteppedStore, *args: Any, **named: Any) -> Any:
        fault = wait(name, *args)
        if fault is Fault.DIES_BEFORE:
            raise Died
        if fault is Fault.THROTTLED:
            raise OSError(name)
        if fault is Fault.CONFLICT and name not in READS:
            raise ConflictError(name)
        answer = getattr(self.inner, name)(*args, **named)
        if isinstance(answer, Iterator):
            answer = list(answer)
        self.after(name, args)
        if fault is Fault.DIES_AFTER:
            raise Died
        if fault is Fault.ANSWER_LOST:
            raise OSError(name)
        return answer

    return call


for _name in vars(FakeStore):
    if not _name.startswith("_"):
        setattr(SteppedStore, _name, _stepped(_name))

READS = frozenset({"watched", "due_instances", "due_rows", "some", "rows", "instances"})


@dataclass
class SteppedChannel:
    """A channel that stops before each publish, and knows what it took and what nobody can know."""

    taken: list[Notice] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    """By event id: publishes whose outcome the run could not learn."""
    on_taken: Callable[[Notice], None] = lambda _: None

    def fitting(self, notices: Iterable[Notice]) -> int:
        return sum(1 for _ in notices)

    def publish(self, message: Notice | Digest | Summary) -> str:
        assert not isinstance(message, Summary)
        notices = message.notices if isinstance(message, Digest) else (message,)
        fault = wait("publish")
        if fault is Fault.DIES_BEFORE:
            raise Died
        if fault in {Fault.THROTTLED, Fault.CONFLICT}:
            raise DeliveryFailedError
        for notice in notices:
            self.on_taken(notice)
            self.taken.append(notice)
            if fault is not Fault.NONE:
                self.unknown[notice.event_id] = self.unknown.get(notice.event_id, 0) + 1
        if fault is Fault.DIES_AFTER:
            raise Died
        if fault is Fault.ANSWER_LOST:
            raise DeliveryUnknownError
        return f"message-{len(self.taken)}"


SECRETS, PBX = FakeSecrets(), FakePbx()


@dataclass
class Kernel:
    """The use cases over one stepped store and channel."""

    inner: FakeStore = field(default_factory=FakeStore)
    rules: ReminderRules = DEFAULT_RULES
    digest_over: int = 0
    runs: int = 0
    store: Any = None
    channel: SteppedChannel = field(default_factory=SteppedChannel)

    def __post_init__(self) -> None:
        self.store = SteppedStore(self.inner)

    def remind(self, now: datetime) -> Run:
        self.runs += 1
        delivery = Delivery(
            fleet=self.store,
            ledger=self.store,
            publisher=self.channel,
            rules=self.rules,
            page_url="https://page.example",
            shop=False,
            owner=f"run-{self.runs}",
            time_left=lambda: TIMEOUT,
            digest_over=self.digest_over,
        )
        return Run("remind", now, lambda: _done(reminds.remind(delivery, now)))

    def poll(self, instance_id: str, now: datetime, visit: Callable[[], Reading]) -> Run:
        return Run("poll", now, lambda: self._poll(instance_id, now, visit))

    def refresh(self, instance_id: str, now: datetime, visit: Callable[[], Reading]) -> Run:
        return Run("refresh", now, lambda: self._refresh(instance_id, now, visit))

    def _poll(self, instance_id: str, now: datetime, visit: Callable[[], Reading]) -> None:
        watched = self.store.watched([instance_id]).get(instance_id)
        if watched is not None and polls._may_visit(watched, now):
            polls.remember(self.polling, watched, _visited(visit), now)

    def _refresh(self, instance_id: str, now: datetime, visit: Callable[[], Reading]) -> None:
        watched = refreshes._known(self.polling, instance_id)
        fenced = refreshes._begin(self.polling, watched, now)
        polls.remember(self.polling, fenced, _visited(visit), now)

    @property
    def polling(self) -> Polling:
        return Polling(self.store, self.store, SECRETS, PBX, self.rules, FakeQueue())


def _visited(visit: Callable[[], Reading]) -> Reading:
    if wait("visit") is not Fault.NONE:
        raise Died
    return visit()


def _done(_: object) -> None:
    return None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what is logged about thousands of faults from taking most of the time."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def alternate(runs: Iterable[Run], order: Iterable[int]) -> None:
    """Step runs in an order of their numbers, then finish them."""
    listed = list(runs)
    for number in order:
        if not listed[number].ended:
            listed[number].go()
    for run in listed:
        run.finish()
