"""Dates as a PBX prints them."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from zoneinfo import ZoneInfo

from local.simulator.pbx import Mode, SimulatedPbx

SENTINEL = "0001-01-01T00:00:00.0000000+00:00"
"""What .NET prints for a date that was never set."""
FAR = "9999-12-31T23:59:59.9999999Z"
"""What .NET prints for a date that never comes."""
GARBAGE = "soon"


def printed(instant: datetime, zone: str | None = None) -> str:
    """Return an instant in UTC, or in the offset of `zone` with the seven digits that .NET prints."""
    # A date at the edge of time has no local form.
    if zone is None or instant.year in {MINYEAR, MAXYEAR}:
        return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    local = instant.astimezone(ZoneInfo(zone)).isoformat(timespec="microseconds")
    return f"{local[:-6]}7{local[-6:]}"


def license_date(pbx: SimulatedPbx, instant: datetime | None) -> str | None:
    """Return a date of the license as the PBX's mode has it."""
    match pbx.mode:
        case Mode.SENTINEL:
            return SENTINEL
        case Mode.FAR:
            return FAR
        case Mode.GARBAGE:
            return GARBAGE
        case Mode.NULL:
            return None
    return None if instant is None else printed(instant, pbx.zone if pbx.local_dates else None)
