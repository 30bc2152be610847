"""What runs out, and how loudly to say so."""

from datetime import datetime
from enum import StrEnum


class Clock(StrEnum):
    """What runs out."""

    LICENSE = "license"
    MAINTENANCE = "maintenance"


class Severity(StrEnum):
    """How urgent a reminder is, least first."""

    INFO = "INFO"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"


def driving(expires_at: datetime | None, maintenance_expires_at: datetime | None, *, perpetual: bool) -> Clock | None:
    """Return the clock that decides the band: the license's, or maintenance for a perpetual license."""
    if expires_at is not None:
        return Clock.LICENSE
    return Clock.MAINTENANCE if perpetual and maintenance_expires_at is not None else None
