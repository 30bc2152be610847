"""Random schedules of everything that can happen, and the promise checked after each."""

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lapsewatch.domain.license import Reason
from lapsewatch.lifecycle import set_enabled

from tests.proof.kernel import Fault, Run
from tests.proof.world import World, with_hour

IDS = ("alpha", "beta")
DAY = timedelta(days=1)
COVERED: Counter[str] = Counter()
"""What all schedules together covered."""

names = st.sampled_from(IDS)
faults = st.sampled_from([Fault.NONE] * 4 + list(Fault)[1:])
BREAKS = (Fault.DIES_AFTER, Fault.ANSWER_LOST)


class Schedules(RuleBasedStateMachine):
    """One schedule: runs interleaved step by step, faults anywhere, dates that move, a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize(days=st.tuples(st.integers(0, 12), st.integers(-3, 12)))
    def begin(self, days: tuple[int, int]) -> None:
        for instance_id, left in zip(IDS, days, strict=True):
            self.world.add(instance_id, self.world.now + left * DAY + timedelta(hours=5))
            self.world.poll(instance_id).finish()
        self.world.clear()

    @rule()
    def start_remind(self) -> None:
        self.world.remind()

    @rule(instance_id=names)
    def start_poll(self, instance_id: str) -> None:
        self.world.poll(instance_id)

    @rule(instance_id=names)
    def start_refresh(self, instance_id: str) -> None:
        self.world.refresh(instance_id)

    @precondition(lambda self: any(not run.ended for run in self.world.runs))
    @rule(which=st.integers(0, 5), steps=st.integers(1, 6), fault=faults)
    def step(self, which: int, steps: int, fault: Fault) -> None:
        run = self.world.runs[which % len(self.world.runs)]
        for _ in range(steps - 1):
            if not run.ended:
                self.world.go(run)
        if not run.ended:
            self.world.go(run, fault)

    @precondition(lambda self: any(not run.ended for run in self.world.runs))
    @rule(which=st.integers(0, 5))
    def finish(self, which: int) -> None:
        run = self.world.runs[which % len(self.world.runs)]
        while not run.ended:
            self.world.go(run)

    @rule(at=st.sampled_from(["publish", "mark_sent"]), fault=st.sampled_from(list(Fault)[1:]))
    def break_a_delivery(self, at: str, fault: Fault) -> None:
        """Break off a remind run right at the publish or the mark, the two places that matter most."""
        run = self.world.remind()
        self._stand_before(run, at)
        if not run.ended:
            self.world.go(run, fault)

    @rule(order=st.lists(st.integers(0, 1), min_size=4, max_size=24))
    def race(self, order: list[int]) -> None:
        """Let two remind runs work on the same rows."""
        racers = [self.world.remind(), self.world.remind()]
        for number in order:
            if not racers[number].ended:
                self.world.go(racers[number])

    @rule(instance_id=names, fault=st.sampled_from(BREAKS))
    def renew_after_a_break(self, instance_id: str, fault: Fault) -> None:
        """Renew a license right after a publish whose outcome nobody knows."""
        self.break_a_delivery("publish", fault)
        self.renew(instance_id, 365)
        self.world.poll(instance_id).finish()
        self.world.clear()

    @rule(instance_id=names, days=st.sampled_from([2, 9, 90]))
    def overtake(self, instance_id: str, days: int) -> None:
        """Let a reading that began earlier end later than one that saw a newer date."""
        slow = self.world.poll(instance_id)
        self._stand_before(slow, "record")
        self.renew(instance_id, days)
        self.world.poll(instance_id).finish()
        slow.finish()
        self.world.clear()

    @rule(instance_id=names, days=st.sampled_from([2, 9, 90]))
    def renew_under_a_claim(self, instance_id: str, days: int) -> None:
        """Renew a license right when a run is about to claim."""
        run = self.world.remind()
        self._stand_before(run, "claim")
        self.renew(instance_id, days)
        self.world.poll(instance_id).finish()
        run.finish()
        self.world.clear()

    def _stand_before(self, run: Run, step: str) -> None:
        while not run.ended and run.step != step:
            self.world.go(run)

    @rule(instance_id=names)
    def remind_and_renew(self, instance_id: str) -> None:
        """Let a reminder go out and the license be renewed, as most cycles go."""
        said = self.world.says[instance_id]
        if said is None or isinstance(said, Reason):
            return
        self.world.says[instance_id] = self.world.now + 2 * DAY
        for run in (self.world.poll(instance_id), self.world.remind()):
            run.finish()
        self.renew(instance_id, 200)
        self.world.poll(instance_id).finish()
        self.world.clear()

    @rule(time=st.sampled_from([1, 4, 6, 31, 61, 240, 720, 1440, 4320]))
    def tick(self, time: int) -> None:
        self.world.tick(timedelta(minutes=time))

    @rule(instance_id=names, days=st.sampled_from([-40, -2, 1, 2, 4, 9, 11, 90, 365]))
    def renew(self, instance_id: str, days: int) -> None:
        self.world.says[instance_id] = self.world.now + days * DAY + timedelta(hours=1)

    @rule(instance_id=names, hours=st.sampled_from([-23, -1, 1, 23]))
    def jitter(self, instance_id: str, hours: int) -> None:
        series = self.world.kernel.inner.states[instance_id].series
        for running in series.values():
            self.world.says[instance_id] = running.anchor + timedelta(hours=hours)

    @rule(instance_id=names, what=st.sampled_from([None, Reason.TIMEOUT, Reason.BAD_ANSWER]))
    def say_nothing(self, instance_id: str, what: Reason | None) -> None:
        self.world.says[instance_id] = what

    @rule(instance_id=names, enabled=st.booleans())
    def pause_or_resume(self, instance_id: str, enabled: bool) -> None:
        if instance_id in self.world.kernel.inner.watched([instance_id]):
            set_enabled(self.world.kernel.inner, instance_id, enabled=enabled)

    @rule(instance_id=names, again=st.booleans())
    def remove(self, instance_id: str, again: bool) -> None:
        self.world.remove(instance_id)
        if again:
            self.world.add(instance_id, self.world.now + 2 * DAY)

    @rule(hour=st.sampled_from([0, 8, 17]), digest_over=st.sampled_from([0, 1]))
    def change_settings(self, hour: int, digest_over: int) -> None:
        with_hour(self.world, hour)
        self.world.kernel.digest_over = digest_over

    @invariant()
    def copies(self) -> None:
        self.world.check_copies()

    def teardown(self) -> None:
        self.world.settle()
        self.world.check_copies()
        self.world.check_nothing_lost()
        self.world.seen["schedule"] += 1
        COVERED.update(self.world.seen)
