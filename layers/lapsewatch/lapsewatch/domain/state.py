"""What is remembered about one instance between polls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import local_date
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import License, Reason
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.series import Series, due_at, next_reminder_at
from lapsewatch.domain.streaks import Streak


@dataclass(frozen=True, slots=True)
class InstanceState:
    """The stored state of one instance: its last good observation, its failures since, a series per clock."""

    instance_id: str
    enabled: bool = True
    deleted: bool = False
    ver: int = 0
    """Rises with every write: the optimistic lock."""
    obs_seq: int = 0
    """Rises with every stored observation and every refresh that starts: the fence between readers."""
    license: License | None = None
    observed_at: datetime | None = None
    """When the last good read was made."""
    perpetual: bool = False
    notes: Mapping[Clock, str] = field(default_factory=dict)
    """Whose date the last good read did not give in a usable form, each in words."""
    reason: Reason | None = None
    """Why the last read failed; None after a good one."""
    fail_count: int = 0
    failing_since: datetime | None = None
    """When the first of the failed reads in a row was made, whatever their reasons."""
    tried_at: datetime | None = None
    """When the last reading was made, good or failed."""
    streaks: tuple[Streak, ...] = ()
    """What the last readings came to, the latest first."""
    next_poll_at: datetime | None = None
    way: Access | None = None
    """By which way in it was last entered, or refused, where that was to be found out."""
    pin_ends_at: datetime | None = None
    """When the certificate ends that the PBX showed last, where that one is pinned."""
    refresh_at: datetime | None = None
    lease_until: datetime | None = None
    """Until when a refresh holds this PBX's only token."""
    series: Mapping[Clock, Series] = field(default_factory=dict)
    left: Mapping[str, datetime] = field(default_factory=dict)
    """Values of facts that the PBX left within a day, with when: what comes back so soon is no news."""
    unsaid: Mapping[str, datetime] = field(default_factory=dict)
    """Facts that stand as they were last said, with since when the PBX does not say them any more."""
    changed: Mapping[str, datetime] = field(default_factory=dict)
    """Facts that changed lately, with when they last did."""
    last_cycles: Mapping[Clock, int] = field(default_factory=dict)
    """The highest cycle ever used by a clock that has no series now (a deleted instance that came back)."""

    @property
    def note(self) -> str | None:
        """What was unusable in the last good read, in words."""
        return "; ".join(self.notes[clock] for clock in Clock if clock in self.notes) or None

    def leased(self, now: datetime) -> bool:
        return self.lease_until is not None and now < self.lease_until

    def in_cycle(self, clock: Clock, cycle: int) -> bool:
        """Whether this cycle still runs; none does once the instance is removed or the clock is not watched."""
        series = self.series.get(clock)
        return not self.deleted and series is not None and series.cycle == cycle


def speaking_series(state: InstanceState, zone: ZoneInfo) -> tuple[Series, ...]:
    """Return the series that may send reminders: when both clocks end on one day, only the license speaks."""
    license_series = state.series.get(Clock.LICENSE)
    maintenance = state.series.get(Clock.MAINTENANCE)
    if license_series is None or maintenance is None:
        return tuple(series for series in (license_series, maintenance) if series is not None)
    if local_date(license_series.expires_at, zone) == local_date(maintenance.expires_at, zone):
        return (license_series,)
    return (license_series, maintenance)


def state_due_at(state: InstanceState, rules: ReminderRules, zone: ZoneInfo) -> datetime | None:
    """Return the earliest instant at which any series of the instance may owe a notice."""
    instants = [due_at(s, rules.ladders[s.clock], zone, rules.hour) for s in speaking_series(state, zone)]
    return min((instant for instant in instants if instant is not None), default=None)


def next_due_at(state: InstanceState, rules: ReminderRules, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the next notice goes out as things stand: `now` if one is owed already, None if none is left."""
    instants = [
        next_reminder_at(s, rules.ladders[s.clock], now, zone, rules.hour) for s in speaking_series(state, zone)
    ]
    return min((instant for instant in instants if instant is not None), default=None)
