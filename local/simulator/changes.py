"""What may be changed from outside, and what is wrong with a change that may not be made."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from local.simulator.pbx import Certificate, Entitlement, Mode

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,12})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _instant(value: Any) -> datetime | None:
    """Take nothing but RFC 3339: a bare number would otherwise pass for seconds since 1970."""
    if value is None:
        return None
    if not isinstance(value, str) or RFC_3339.fullmatch(value) is None:
        raise ValueError("should be null or RFC 3339 with an offset, like 2027-01-31T16:00:00Z")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside the years 1 to 9999") from None


type Instant = Annotated[AwareDatetime | None, BeforeValidator(_instant)]


OF_THE_PBX = frozenset({"mode", "certificate", "blocks_after", "blocked"})
"""What is changed at once, and not by what the vendor knows."""


class Change(BaseModel):
    """What may be changed; only what is given is. Dates reach the PBX's answer with its next refresh or sync."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    expires_at: Instant = None
    maintenance_expires_at: Instant = None
    license_active: Annotated[bool, Field(strict=True)] = True
    product_code: Annotated[str, Field(min_length=1, max_length=64)] = "?"
    mode: Mode = Mode.OK
    certificate: Certificate = Certificate.GOOD
    blocks_after: Annotated[int, Field(strict=True, ge=1)] | None = None
    blocked: Annotated[bool, Field(strict=True)] = False

    def on(self, vendor: Entitlement) -> Entitlement:
        """Return the vendor's record after the change.

        Maintenance is part of an annual subscription: where both ended at once, a new expiry moves both.
        """
        given = {name: getattr(self, name) for name in self.model_fields_set - OF_THE_PBX}
        together = vendor.maintenance_expires_at == vendor.expires_at is not None
        if together and "expires_at" in given:
            given.setdefault("maintenance_expires_at", given["expires_at"])
        return replace(vendor, **given)


def problems(error: ValidationError) -> list[str]:
    """Return each problem after the name of its field."""
    return [f"{'.'.join(map(str, item['loc'])) or 'body'}: {item['msg']}" for item in error.errors()]
