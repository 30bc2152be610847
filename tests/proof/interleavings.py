"""Every order of the steps of two runs, with one fault at any step and one jump of the clock at any point."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, islice

from lapsewatch.domain.days import zone_named

from tests.fakes import FakeStore
from tests.proof.kernel import Fault, Kernel, Run
from tests.proof.world import World

DAY = timedelta(days=1)
JUMP = timedelta(minutes=7)
"""Longer than a lease."""
FAULTS = (Fault.DIES_AFTER, Fault.ANSWER_LOST)

type Start = Callable[[World], Run]


def _remind(world: World) -> Run:
    return world.remind()


def _poll(world: World) -> Run:
    return world.poll("alpha")


def _refresh(world: World) -> Run:
    return world.refresh("alpha")


@dataclass(frozen=True)
class Scenario:
    """Two runs side by side, how many steps of each are interleaved, and what the PBX says meanwhile."""

    name: str
    first: Start
    second: Start
    steps: tuple[int, int]
    days: int | None = None
    """The license is moved to so many days from now before the runs start; None leaves it."""
    heard: bool = True
    """Whether an earlier reminder of the cycle went out before."""


SCENARIOS = (
    Scenario("remind and remind", _remind, _remind, (6, 6), heard=False),
    Scenario("remind and poll, renewed far", _remind, _poll, (9, 3), 365),
    Scenario("first remind and poll, renewed far", _remind, _poll, (9, 3), 365, heard=False),
    Scenario("remind and poll, renewed near", _remind, _poll, (9, 3), 7),
    Scenario("remind and refresh, renewed far", _remind, _refresh, (9, 3), 365),
    Scenario("poll and poll, renewed far", _poll, _poll, (3, 3), 365),
)


@dataclass(frozen=True)
class Schedule:
    """Which run steps when; the step that has a fault, and which; after which step the clock jumps."""

    order: tuple[int, ...]
    fault_at: int
    fault: Fault
    jump_at: int


def schedules(scenario: Scenario) -> Iterator[Schedule]:
    """Yield every schedule; -1 is nowhere."""
    first, second = scenario.steps
    total = first + second
    for places in combinations(range(total), second):
        order = tuple(int(place in places) for place in range(total))
        for jump_at in range(-1, total):
            yield Schedule(order, -1, Fault.NONE, jump_at)
            for fault_at in range(total):
                for fault in FAULTS:
                    yield Schedule(order, fault_at, fault, jump_at)


def prepared(scenario: Scenario) -> World:
    """Return a world in which alpha is nine days from its lapse, read, and owes its first reminder."""
    world = World()
    world.zones["alpha"] = zone_named("America/New_York")
    world.add("alpha", world.now + 9 * DAY)
    world.poll("alpha").finish()
    world.tick(timedelta(hours=2))
    if scenario.heard:
        world.remind().finish()
        world.tick(timedelta(hours=2))
        # A reminder has been heard, and the next one is due while the license is renewed.
        world.tick(6 * DAY)
    if scenario.days is not None:
        world.says["alpha"] = world.now + scenario.days * DAY
    world.clear()
    return world


def copied(world: World) -> World:
    """Return a world that goes on from here by itself."""
    inner = FakeStore()
    inner.configs, inner.states = dict(world.kernel.inner.configs), dict(world.kernel.inner.states)
    inner.due, inner.ledger = dict(world.kernel.inner.due), dict(world.kernel.inner.ledger)
    kernel = Kernel(inner, runs=world.kernel.runs)
    kernel.channel.taken = list(world.kernel.channel.taken)
    return World(
        kernel,
        world.now,
        dict(world.says),
        dict(world.zones),
        visits=world.visits,
        stored_visit=dict(world.stored_visit),
        open={key: set(alerts) for key, alerts in world.open.items()},
        answered={key: set(alerts) for key, alerts in world.answered.items()},
    )


def played(start: World, scenario: Scenario, schedule: Schedule) -> World:
    """Return the world after a schedule, both runs ended."""
    world = copied(start)
    runs = [scenario.first(world), scenario.second(world)]
    for place, number in enumerate(schedule.order):
        world.go(runs[number], schedule.fault if place == schedule.fault_at else Fault.NONE)
        if place == schedule.jump_at:
            world.tick(JUMP)
    for run in runs:
        while not run.ended:
            world.go(run)
    return world


def outcome(world: World) -> tuple[object, ...]:
    """Return all that decides how a world goes on: schedules that lead to the same one are checked once.

    What tells worlds apart soonest comes first: most are compared in vain.
    """
    inner, channel = world.kernel.inner, world.kernel.channel
    return (
        inner.states["alpha"].ver,
        world.now,
        [notice.event_id for notice in channel.taken],
        dict(inner.ledger),
        dict(inner.states),
        dict(inner.due),
        dict(channel.unknown),
        dict(world.marks_lost),
        {key: set(alerts) for key, alerts in world.open.items()},
        {key: set(alerts) for key, alerts in world.answered.items()},
    )


def explored(scenario: Scenario, share: int = 0, shares: int = 1, every: int = 1) -> tuple[int, int]:
    """Play every schedule of a share of them and check each outcome; return how many there were of both."""
    start, known, played_ones = prepared(scenario), list[tuple[object, ...]](), 0
    for schedule in islice(schedules(scenario), share, None, shares * every):
        world = played(start, scenario, schedule)
        played_ones += 1
        world.check_copies()
        reached = outcome(world)
        if reached not in known:
            known.append(reached)
            world.settle()
            world.check_copies()
            world.check_nothing_lost()
    return played_ones, len(known)
