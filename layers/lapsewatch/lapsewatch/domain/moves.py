"""Many dates that move at once are one event: the vendor extended a fleet, and somebody should hear of it once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lapsewatch.domain.clocks import Severity

WORTH_TELLING = 10
"""Fewer renewals than this in one sweep are everyday business."""
QUIET = timedelta(minutes=15)
"""A sweep is over once nothing has moved for so long."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Dates that moved to later ones, one shortly after the other."""

    last_at: datetime
    shifts: Mapping[int, int]
    """How many moved, by whole days."""

    @property
    def count(self) -> int:
        return sum(self.shifts.values())

    def over(self, now: datetime) -> bool:
        return now - self.last_at >= QUIET


@dataclass(frozen=True, slots=True)
class Summary:
    """The message about a sweep."""

    event_id: str
    occurred_at: datetime
    severity: Severity
    headline: str
    text: str
    page_url: str
    count: int
    shifts: Mapping[int, int]


def summary_of(sweep: Sweep, page_url: str) -> Summary:
    """Return what is told about a sweep."""
    common = max(sweep.shifts, key=lambda days: (sweep.shifts[days], days))
    headline = f"{sweep.count} licenses were extended at once, most by {common} days"
    lines = [f"- {number} by {days} days" for days, number in sorted(sweep.shifts.items(), key=lambda item: -item[1])]
    text = [
        f"{headline}.",
        "",
        *lines[:20],
        "",
        "Whoever had been reminded of one of them got a notice of its own that it is settled.",
        f"Status page: {page_url}/",
    ]
    return Summary(
        event_id=f"moved:{sweep.last_at:%Y%m%dT%H%M%SZ}",
        occurred_at=sweep.last_at,
        severity=Severity.INFO,
        headline=headline,
        text="\n".join(text),
        page_url=f"{page_url}/",
        count=sweep.count,
        shifts=dict(sweep.shifts),
    )
