"""What runs out, and how loudly to say so."""

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
