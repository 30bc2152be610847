"""A fleet, its PBXs, a clock, and the promise as somebody outside would check it.

The oracle knows what PBXs said, what readings were stored and what the channel took. It works out what was owed by
calendar arithmetic of its own and never asks the domain.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.instance import Access, Instance
from lapsewatch.domain.ledger import Answer, RowKey, RowState
from lapsewatch.domain.license import FailedRead, License, Observation, Reading, Reason
from lapsewatch.domain.notices import Notice
from lapsewatch.lifecycle import Operating, remove

from tests.proof.kernel import TIMEOUT, Fault, Kernel, Run

START = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC")
LICENSE = (10, 3, 1)
DEATHS = frozenset({Fault.DIES_BEFORE, Fault.DIES_AFTER})
FLAP_WINDOW = timedelta(hours=24)


@dataclass
class World:
    """Everything there is, and everything that happened."""

    kernel: Kernel = field(default_factory=Kernel)
    now: datetime = START
    says: dict[str, datetime | Reason | None] = field(default_factory=dict)
    zones: dict[str, ZoneInfo] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    visits: int = 0
    stored_visit: dict[str, int] = field(default_factory=dict)
    open: dict[str, set[str]] = field(default_factory=dict)
    """By instance: alerts that the channel took and that no resolve has answered."""
    answered: dict[str, set[str]] = field(default_factory=dict)
    marks_lost: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    recorded: dict[str, int] = field(default_factory=dict)
    """By instance: the step that last stored a reading."""
    seen: Counter[str] = field(default_factory=Counter)
    """What the schedules covered."""

    def __post_init__(self) -> None:
        self.kernel.channel.on_taken = self._taken
        self.kernel.store.after = self._stored

    # What happens in the world

    def add(self, instance_id: str, expires_at: datetime | None) -> None:
        zone = ZoneInfo(ZONES[len(self.zones) % len(ZONES)])
        self.zones.setdefault(instance_id, zone)
        self.says.setdefault(instance_id, expires_at)
        self.kernel.inner.register(
            Instance(
                instance_id,
                instance_id,
                "customer",
                f"{instance_id}.example",
                Access.API_CLIENT,
                self.zones[instance_id],
                instance_id,
            )
        )

    def remove(self, instance_id: str) -> None:
        inner = self.kernel.inner
        if instance_id in inner.watched([instance_id]):
            remove(Operating(inner, inner, self.kernel.rules), instance_id, self.now)

    def tick(self, time: timedelta) -> None:
        """Let time pass; invocations that outlive their timeout die."""
        self.now += time
        for run in list(self.runs):
            if (self.now - run.started).total_seconds() >= TIMEOUT:
                self.go(run, Fault.DIES_BEFORE)
        self.clear()

    def clear(self) -> None:
        """Forget the runs that have ended."""
        self.runs = [run for run in self.runs if not run.ended]

    def start(self, run: Run) -> Run:
        self.runs.append(run)
        return run

    def remind(self) -> Run:
        return self.start(self.kernel.remind(self.now))

    def poll(self, instance_id: str) -> Run:
        return self.start(self.kernel.poll(instance_id, self.now, lambda: self._visit(instance_id)))

    def refresh(self, instance_id: str) -> Run:
        return self.start(self.kernel.refresh(instance_id, self.now, lambda: self._visit(instance_id)))

    def go(self, run: Run, fault: Fault = Fault.NONE) -> None:
        """Do one step of a run that has not ended, and take note of what its fault means for the promise."""
        if run.ended:
            return
        if run.step == "publish" and fault in {Fault.DIES_AFTER, Fault.ANSWER_LOST}:
            self.seen["died between publish and mark" if fault is Fault.DIES_AFTER else "ambiguous publish"] += 1
        if run.step == "mark_sent" and fault is not Fault.NONE:
            self.seen["died between publish and mark" if fault is Fault.DIES_BEFORE else "lost mark"] += 1
            run.unmarked.discard(_name(run.args[0].key))
            self.marks_lost[_name(run.args[0].key)] += 1
        published = run.step == "publish"
        if fault in DEATHS and not published:
            # Whoever dies in the middle of a digest takes the marks of all its other rows along.
            self.marks_lost.update(run.unmarked)
        run.go(fault)
        if published and fault is not Fault.NONE:
            # That outcome is counted with the channel.
            run.unmarked.clear()
        if run.ended and run in self.runs:
            self.runs.remove(run)

    def _visit(self, instance_id: str) -> Reading:
        self.visits += 1
        said = self.says[instance_id]
        if isinstance(said, Reason):
            return FailedRead(self.now, said)
        # The number of the visit travels as a version, so that the oracle can tell readings apart.
        return Observation(self.now, License(key="K", version=f"20.0.{self.visits}", expires_at=said))

    # What the promise says about each event

    def _hold(self, holds: object, violation: str) -> None:
        """Take note of a broken promise: raised here, in the middle of a run, it would be handled like any error."""
        if not holds:
            self.violations.append(violation)

    def _stored(self, name: str, args: tuple[Any, ...]) -> None:
        if name == "mark_sent" and Run.going:
            Run.going.unmarked.discard(_name(args[0].key))
        if name != "record":
            return
        state = args[1].state
        self.recorded[state.instance_id] = Run.steps
        if state.license is not None and state.reason is None:
            visit = int(state.license.version.rpartition(".")[2])
            last = self.stored_visit.get(state.instance_id, 0)
            self._hold(visit >= last, f"visit {visit} of {state.instance_id} replaced visit {last}")
            self.stored_visit[state.instance_id] = visit

    def _taken(self, notice: Notice) -> None:
        key = RowKey.of_alert(notice.instance_id, notice.event_id.partition(":")[2])
        if Run.going:
            Run.going.unmarked.add(notice.event_id)
        first = notice.event_id not in {taken.event_id for taken in self.kernel.channel.taken}
        if key.milestone is not None:
            late = key.alert in self.answered.get(notice.instance_id, set())
            self._hold(not (first and late), f"{notice.event_id} was sent after the resolve that answers it")
            self.open.setdefault(notice.instance_id, set()).add(key.alert)
        elif not key.change:
            self._resolved(notice, key, first=first)

    def _resolved(self, notice: Notice, key: RowKey, *, first: bool) -> None:
        self.seen["resolve"] += 1
        row = self.kernel.inner.ledger[key]
        open_alerts = self.open.setdefault(notice.instance_id, set())
        self.answered.setdefault(notice.instance_id, set()).update(row.alerts)
        states = {self.kernel.inner.ledger[RowKey.of_alert(notice.instance_id, alert)].state for alert in row.alerts}
        heard = row.alerts & open_alerts or RowState.MAYBE in states
        self._hold(heard or not first, f"{notice.event_id} answers what nobody heard")
        if row.answer is Answer.RENEWED:
            self._still_renewed(notice)
        open_alerts -= row.alerts

    def _still_renewed(self, notice: Notice) -> None:
        """A resolve tells the truth as it was when its run last looked: what was read since, it cannot know."""
        series = self.kernel.inner.states[notice.instance_id].series.get(Clock.LICENSE)
        looked = Run.going.looked if Run.going else 0
        if series is None or self.recorded.get(notice.instance_id, 0) > looked:
            return
        left = self._left(notice.instance_id, series.expires_at, self.now)
        self._hold(left > max(LICENSE), f"{notice.event_id} although only {left} days are left")

    def check_copies(self) -> None:
        """At most one copy more than there were outcomes that nobody could know, and no promise broken on the way."""
        assert not self.violations, self.violations
        for event_id, copies in Counter(notice.event_id for notice in self.kernel.channel.taken).items():
            allowed = 1 + self.kernel.channel.unknown.get(event_id, 0) + self.marks_lost[event_id]
            assert copies <= allowed, f"{event_id} was sent {copies} times, {allowed} allowed"
            self.seen["repeated event"] += copies > 1

    def settle(self) -> None:
        """Let all faults stop: everything that was owed goes out within a few runs."""
        for run in list(self.runs):
            self.go(run, Fault.DIES_BEFORE)
        self.tick(timedelta(minutes=7))
        for instance_id in self.says:
            self.poll(instance_id).finish()
        for _ in range(5):
            self.remind().finish()
            self.tick(timedelta(minutes=65))
        self.remind().finish()

    def check_nothing_lost(self) -> None:
        """What the calendar says is owed has been taken by the channel, and what was renewed has been resolved."""
        for instance_id, state in self.kernel.inner.states.items():
            if state.deleted or not state.enabled:
                if state.deleted:
                    assert not self.open.get(instance_id), f"{instance_id} was removed without a farewell"
                continue
            series = state.series.get(Clock.LICENSE)
            said = self.says[instance_id]
            if series is None:
                continue
            if isinstance(said, datetime) and state.reason is None:
                assert abs(series.expires_at - said) < timedelta(days=1), f"{instance_id} shows a date nobody said"
            self._check_reminded(instance_id, series.cycle, series.expires_at, quiet=series.quiet_until)
            if self._left(instance_id, series.expires_at, self.now) > max(LICENSE):
                # Only what was said of earlier cycles: a date that jitters out of the window renews nothing.
                opened = self.open.get(instance_id, set())
                unresolved = {alert for alert in opened if int(alert.split("#")[1]) < series.cycle}
                assert not unresolved, f"{instance_id} was renewed and {unresolved} never resolved"

    def _check_reminded(self, instance_id: str, cycle: int, expires_at: datetime, *, quiet: datetime | None) -> None:
        owed = self._owed(instance_id, expires_at)
        if owed is None or (quiet is not None and self.now < quiet and owed > min(LICENSE)):
            return
        sent = {
            notice.milestone
            for notice in self.kernel.channel.taken
            if notice.instance_id == instance_id and notice.cycle == cycle and notice.milestone is not None
        }
        opened = self._opened_long_overdue(instance_id, cycle)
        assert opened or any(milestone <= owed for milestone in sent), (
            f"{instance_id} cycle {cycle}: {owed} is owed, {sent} were sent"
        )

    def _opened_long_overdue(self, instance_id: str, cycle: int) -> bool:
        series = self.kernel.inner.states[instance_id].series[Clock.LICENSE]
        rows = [key for key in self.kernel.inner.ledger if key.instance_id == instance_id and key.cycle == cycle]
        return series.claimed == 0 and not any(key.milestone == 0 for key in rows)

    def _owed(self, instance_id: str, expires_at: datetime) -> int | None:
        """Return the milestone whose notice must be out by now, by arithmetic on calendar days alone."""
        if self.now >= expires_at:
            return 0
        left = self._left(instance_id, expires_at, self.now)
        crossed = [days for days in LICENSE if left <= days]
        if not crossed:
            return None
        owed = min(crossed)
        local = self.now.astimezone(self.zones[instance_id])
        just_crossed = left == owed and local.hour < self.kernel.rules.hour + 2
        return None if just_crossed else owed

    def _left(self, instance_id: str, expires_at: datetime, now: datetime) -> int:
        zone = self.zones[instance_id]
        return (expires_at.astimezone(zone).date() - now.astimezone(zone).date()).days


def _name(key: RowKey) -> str:
    return f"{key.instance_id}:{key.alert}"


def with_hour(world: World, hour: int) -> None:
    world.kernel.rules = replace(world.kernel.rules, hour=hour)


type Rule = Callable[[World], None]
