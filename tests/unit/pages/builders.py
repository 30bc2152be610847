"""Rows and fleets as they are shown: a test names only what it is about.

It is nine in the morning of June 6, 2026, in New York.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lapsewatch.domain.bands import band_of
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.concerns import Concern
from lapsewatch.domain.days import days_left, local_date
from lapsewatch.domain.license import Seats
from lapsewatch.domain.status import Band, FleetStatus, Freshness, StatusRow

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 6, 13, 0, tzinfo=UTC)
EXPIRY = datetime(2026, 6, 13, 1, 0, tzinfo=UTC)
"""Nine in the evening of June 12 in New York."""
KEY = "8SGW-7XFG-2R4K-9Q1S"


def status_row(
    instance_id: str = "northwind",
    *,
    expires_at: datetime | None = EXPIRY,
    maintenance_expires_at: datetime | None = None,
    perpetual: bool = False,
    active: bool | None = True,
    zone: ZoneInfo = NEW_YORK,
    **facts: Any,
) -> StatusRow:
    """Return one row; days and band follow from the dates."""
    clock, counts = None, None
    if expires_at is not None:
        clock, counts = Clock.LICENSE, expires_at
    elif perpetual and maintenance_expires_at is not None:
        clock, counts = Clock.MAINTENANCE, maintenance_expires_at
    row = StatusRow(
        instance_id=instance_id,
        name="Northwind Cardiology",
        customer="Northwind Health",
        fqdn="northwind.3cx.us",
        edition="Professional (SPLA)",
        product_code="3CXPSPROFSPLA",
        license_key=KEY,
        version="20.0.8.1131",
        perpetual=perpetual,
        band=band_of(counts, active=active, now=NOW, zone=zone),
        clock=clock,
        expires_at=expires_at,
        expires_on=local_date(expires_at, zone) if expires_at else None,
        days_left=days_left(expires_at, NOW, zone) if expires_at else None,
        maintenance_expires_at=maintenance_expires_at,
        maintenance_expires_on=local_date(maintenance_expires_at, zone) if maintenance_expires_at else None,
        maintenance_days_left=days_left(maintenance_expires_at, NOW, zone) if maintenance_expires_at else None,
        sim_calls=8,
        seats=Seats(used=9, limit=40, ai=0),
        reseller="Example Telecom",
        freshness=Freshness.FRESH,
        last_read_at=NOW - timedelta(minutes=20),
        reason=None,
        remedy=None,
        renew_url=f"https://shop.example/renew?key={KEY}",
        next_reminder_at=datetime(2026, 6, 9, 12, 0, tzinfo=UTC),
        acknowledged_until=None,
        zone=zone.key,
    )
    return replace(row, **facts)


def fleet(
    rows: Iterable[StatusRow] = (), *, generated_at: datetime = NOW, concerns: tuple[Concern, ...] = ()
) -> FleetStatus:
    """Return a fleet of these rows in the order given, counted."""
    shown = tuple(rows)
    counted = Counter(row.band for row in shown)
    return FleetStatus(
        generated_at=generated_at,
        zone=NEW_YORK.key,
        ladders={Clock.LICENSE: (10, 3, 1), Clock.MAINTENANCE: (60, 30, 7)},
        counters={band: counted[band] for band in Band},
        rows=shown,
        concerns=concerns,
    )


def many(count: int) -> FleetStatus:
    """Return a fleet of `count` instances, one day apart."""
    return fleet(
        status_row(f"pbx-{number}", name=f"PBX {number}", expires_at=NOW + timedelta(days=number - 5))
        for number in range(count)
    )
