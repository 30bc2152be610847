"""3CX's wire names and shapes, and how they become ours. Nothing here is trusted before it is checked."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.domain.license import License, Observation, Reason, Seats

LONGEST_TEXT = 256
LARGEST_INT = 2**31 - 1
EARLIEST_YEAR = 2000
YEARS_AHEAD = 20
FURTHEST = timedelta(days=YEARS_AHEAD * 365.25)
INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.\d{1,12})?([Zz]|[+-]\d{2}:[0-5]\d)",
    re.ASCII,
)

BASE_FIELDS = (
    "LicenseKey",
    "ProductCode",
    "Version",
    "FQDN",
    "ResellerName",
    "LicenseActive",
    "MaxSimCalls",
    "ExpirationDate",
    "MaintenanceExpiresAt",
)
SEAT_FIELDS = ("UserExtensions", "MaxUserExtensions")
"""Known since 20.0.9; an older build refuses the whole request when they are asked for."""


def _text(value: Any) -> str | None:
    """Return a short, printable text; lone surrogates and control characters are replaced."""
    if not isinstance(value, str):
        return None
    plain = value[:LONGEST_TEXT].encode(errors="replace").decode()
    kept = "".join(" " if unicodedata.category(c).startswith("C") else c for c in plain)
    return " ".join(kept.split()) or None


def count_of(value: Any) -> int | None:
    """Return a number of things; true, quoted, negative and huge numbers are none."""
    return value if type(value) is int and 0 <= value <= LARGEST_INT else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


type Text = Annotated[str | None, BeforeValidator(_text)]
type Count = Annotated[int | None, BeforeValidator(count_of)]
type Flag = Annotated[bool | None, BeforeValidator(_flag)]


class SystemStatus(BaseModel):
    """What SystemStatus says about the license; everything may be missing: a PBX leaves out what is null."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    license_key: Text = Field(None, alias="LicenseKey")
    product_code: Text = Field(None, alias="ProductCode")
    version: Text = Field(None, alias="Version")
    fqdn: Text = Field(None, alias="FQDN")
    reseller: Text = Field(None, alias="ResellerName")
    active: Flag = Field(None, alias="LicenseActive")
    sim_calls: Count = Field(None, alias="MaxSimCalls")
    used: Count = Field(None, alias="UserExtensions")
    limit: Count = Field(None, alias="MaxUserExtensions")
    expires_at: Any = Field(None, alias="ExpirationDate")
    maintenance_expires_at: Any = Field(None, alias="MaintenanceExpiresAt")


def observation_of(document: dict[str, Any], now: datetime) -> Observation:
    """Return what an answer says; raise VisitFailedError if it says nothing about a license at all."""
    status = SystemStatus.model_validate(document)
    facts = (status.license_key, status.product_code, status.active, status.expires_at, status.maintenance_expires_at)
    if all(fact is None for fact in facts):
        raise VisitFailedError(Reason.BAD_ANSWER, "no license fields")
    expires_at, wrong_expiry = instant_of(status.expires_at, now)
    maintenance, wrong_maintenance = instant_of(status.maintenance_expires_at, now)
    wrong = {"expires_at": wrong_expiry, "maintenance_expires_at": wrong_maintenance}
    license = License(
        key=status.license_key,
        product_code=status.product_code,
        version=status.version,
        fqdn=status.fqdn,
        reseller=status.reseller,
        active=status.active,
        sim_calls=status.sim_calls,
        seats=Seats(used=status.used, limit=status.limit),
        expires_at=expires_at,
        maintenance_expires_at=maintenance,
    )
    return Observation(now, license, tuple((name, problem) for name, problem in wrong.items() if problem))


def instant_of(value: Any, now: datetime) -> tuple[datetime | None, str | None]:
    """Return a date as a UTC instant of whole seconds, or None and what is wrong with it.

    Nothing at all is not wrong: what a missing date means depends on what was known before.
    """
    if value is None:
        return None, None
    if not isinstance(value, str):
        return None, "not a text"
    shape = INSTANT.fullmatch(value)
    if shape is None:
        return None, "not an ISO date with time and offset"
    day, time, offset = shape.groups()
    try:
        # The range is checked before any change of zone, which would overflow in year 1.
        local = datetime.fromisoformat(f"{day}T{time}{offset.upper()}")
    except ValueError:
        return None, "no such day or time"
    if local.year < EARLIEST_YEAR:
        return None, "a placeholder before the year 2000"
    if local - now > FURTHEST:
        return None, f"more than {YEARS_AHEAD} years ahead"
    return local.astimezone(UTC), None
