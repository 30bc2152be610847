"""The fleet as the page, the calendar and `fleet.json` show it: facts and derived words, nothing to work out."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lapsewatch.domain.changes import Recent
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.concerns import Concern
from lapsewatch.domain.license import Seats


class Band(StrEnum):
    """The one word for how a license stands; counters, colors, calendar and JSON all use it."""

    EXPIRED = "expired"
    CRITICAL = "critical"
    WARNING = "warning"
    ACTIVE = "active"
    UNKNOWN = "unknown"


class Freshness(StrEnum):
    """Whether a row's facts can be trusted to be current."""

    FRESH = "fresh"
    STALE = "stale"
    FAILING = "failing"
    NEVER_READ = "never_read"
    PAUSED = "paused"


HANDFUL = 9


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One instance as shown. Absent facts are None; `_on` are days in the tenant's zone, `_at` UTC instants."""

    instance_id: str
    name: str
    customer: str
    fqdn: str | None
    edition: str | None
    product_code: str | None
    license_key: str | None
    version: str | None
    perpetual: bool
    band: Band
    clock: Clock | None
    """The clock that drives `band`: maintenance for a perpetual license, None when no date is known."""
    expires_at: datetime | None
    expires_on: date | None
    days_left: int | None
    maintenance_expires_at: datetime | None
    maintenance_expires_on: date | None
    maintenance_days_left: int | None
    sim_calls: int | None
    seats: Seats
    reseller: str | None
    freshness: Freshness
    last_read_at: datetime | None
    reason: str | None
    """A `license.Reason` value when the last read failed, else None."""
    remedy: str | None
    renew_url: str | None
    next_reminder_at: datetime | None
    acknowledged_until: datetime | None
    """When an acknowledged cycle of the clock that counts speaks again, at the latest with its last milestone."""
    zone: str
    """The name of the zone whose calendar `_on` and days left follow."""
    acknowledged: str | None = None
    """Who took note of the cycle and why, in words."""
    maintenance_acknowledged_until: datetime | None = None
    """The same of the maintenance clock, whether it counts or runs beside the license's."""
    maintenance_acknowledged: str | None = None
    failing_since: datetime | None = None
    changed: tuple[Recent, ...] = ()
    """What changed lately, the latest first."""
    note: str | None = None
    """What else a person should know, such as a date the PBX gave that could not be used."""

    @property
    def clock_expires_at(self) -> datetime | None:
        return self.maintenance_expires_at if self.clock is Clock.MAINTENANCE else self.expires_at

    @property
    def clock_expires_on(self) -> date | None:
        return self.maintenance_expires_on if self.clock is Clock.MAINTENANCE else self.expires_on

    @property
    def clock_days_left(self) -> int | None:
        return self.maintenance_days_left if self.clock is Clock.MAINTENANCE else self.days_left


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """The whole fleet at one instant, rows in the order they are shown (most overdue first, no date last)."""

    generated_at: datetime
    zone: str
    ladders: dict[Clock, tuple[int, ...]]
    """The milestones in force, in days, widest first."""
    counters: dict[Band, int]
    rows: tuple[StatusRow, ...]
    concerns: tuple[Concern, ...] = ()
    """What is wrong with the watch itself, the worst first."""

    @property
    def failing_percent(self) -> int:
        """How many in a hundred of the instances that are read cannot be, rounded up.

        0 for a handful of instances, where one would be many: those are watched one by one, on the page.
        """
        read = [row.freshness for row in self.rows if row.freshness is not Freshness.PAUSED]
        return -(-100 * read.count(Freshness.FAILING) // len(read)) if len(read) > HANDFUL else 0
