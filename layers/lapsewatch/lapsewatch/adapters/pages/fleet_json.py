"""The fleet for programs: `fleet.json`."""

import json
from datetime import date, datetime
from itertools import batched
from typing import Any

from lapsewatch.adapters.pages.words import iso
from lapsewatch.domain.concerns import Concern
from lapsewatch.domain.status import FleetStatus, StatusRow

AT_ONCE = 100
EMPTY = "[]}"
"""How the document ends before its rows are in it."""


def fleet_document(status: FleetStatus) -> str:
    """Return the fleet as JSON: bands in lower case, what is not known null.

    A few rows at a time: all of them at once as dictionaries would be most of the memory of a report.
    """
    document = {
        "generated_at": iso(status.generated_at),
        "timezone": status.zone,
        "ladders": {clock.value: list(days) for clock, days in status.ladders.items()},
        "counters": {band.value: count for band, count in status.counters.items()},
        "concerns": [concern_document(concern) for concern in status.concerns],
        "instances": [],
    }
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    some = batched(status.rows, AT_ONCE, strict=False)
    rows = ", ".join(encode([row_document(row) for row in these])[1:-1] for these in some)
    return f"{encode(document).removesuffix(EMPTY)}[{rows}]}}"


def concern_document(concern: Concern) -> dict[str, Any]:
    """Return one thing that is wrong with the watch itself as programs read it."""
    return {
        "name": concern.name.value,
        "text": concern.text,
        "since": _instant(concern.since),
        "remedy": concern.remedy,
    }


def row_document(row: StatusRow) -> dict[str, Any]:
    """Return one instance as programs read it."""
    return {
        "instance_id": row.instance_id,
        "name": row.name,
        "customer": row.customer,
        "fqdn": row.fqdn or None,
        "edition": row.edition or None,
        "product_code": row.product_code or None,
        "license_key": row.license_key or None,
        "version": row.version or None,
        "perpetual": row.perpetual,
        "band": row.band.value,
        "expires_at": _instant(row.expires_at),
        "expires_on": _day(row.expires_on),
        "days_left": row.days_left,
        "maintenance_expires_at": _instant(row.maintenance_expires_at),
        "maintenance_expires_on": _day(row.maintenance_expires_on),
        "maintenance_days_left": row.maintenance_days_left,
        "sim_calls": row.sim_calls,
        "seats": {
            "used": row.seats.used,
            "limit": row.seats.limit,
            "percent": row.seats.percent,
            "human": row.seats.human,
            "ai": row.seats.ai,
        },
        "reseller": row.reseller or None,
        "freshness": row.freshness.value,
        "last_read_at": _instant(row.last_read_at),
        "reason": row.reason or None,
        "renew_url": row.renew_url or None,
        "next_reminder_at": _instant(row.next_reminder_at),
        "acknowledged_until": _instant(row.acknowledged_until),
        "maintenance_acknowledged_until": _instant(row.maintenance_acknowledged_until),
        "remedy": row.remedy or None,
        "note": row.note or None,
        "zone": row.zone,
        "failing_since": _instant(row.failing_since),
        "changed": [{"fact": change.fact, "at": iso(change.at)} for change in row.changed],
    }


def _instant(instant: datetime | None) -> str | None:
    return iso(instant) if instant else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
