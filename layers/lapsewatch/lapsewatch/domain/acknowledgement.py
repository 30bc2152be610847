"""Somebody took note of a cycle: its wide milestones are silent, its last one and the lapse never are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.domain.days import at_hour

END_OF_CYCLE = datetime.max.replace(tzinfo=UTC)
"""Until when an acknowledgement without a last day silences: a new date ends it, whenever that comes."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took note of a cycle, why, and for how long."""

    by: str
    reason: str
    at: datetime
    until: date | None
    """The last silent day in the tenant's zone; None for the rest of the cycle."""

    def ends_at(self, zone: ZoneInfo, hour: int) -> datetime:
        """Return the UTC instant from which reminders speak again: the reminder hour after the last silent day."""
        return END_OF_CYCLE if self.until is None else at_hour(self.until + timedelta(days=1), hour, zone)

    def holds(self, now: datetime, zone: ZoneInfo, hour: int) -> bool:
        """Whether it is in force still."""
        return now < self.ends_at(zone, hour)
