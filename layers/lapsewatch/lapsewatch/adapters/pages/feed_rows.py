"""What a feed may show of `fleet.json`: what has no field here cannot leave by a feed."""

from collections import Counter
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from lapsewatch.domain import clocks
from lapsewatch.domain.license import Seats, masked
from lapsewatch.domain.overview import STALE_AFTER
from lapsewatch.domain.status import Band, FleetStatus, Freshness, StatusRow


class _Stored(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Seats(_Stored):
    used: int | None
    limit: int | None
    ai: int | None


class _Row(_Stored):
    instance_id: str
    name: str
    customer: str
    edition: str | None
    # These two are read to be compared and masked, and go no further.
    product_code: str | None
    license_key: str | None
    perpetual: bool
    band: Band
    expires_at: datetime | None
    expires_on: date | None
    days_left: int | None
    maintenance_expires_at: datetime | None
    maintenance_expires_on: date | None
    maintenance_days_left: int | None
    seats: _Seats
    freshness: Freshness
    last_read_at: datetime | None
    zone: str


class _Fleet(_Stored):
    generated_at: datetime
    timezone: str
    instances: tuple[_Row, ...]


def feed_status(fleet_json: bytes, customer: str | None) -> FleetStatus:
    """Return the instances of a customer, or all for None, with nothing but what anybody may see."""
    fleet = _Fleet.model_validate_json(fleet_json)
    rows = tuple(_shared(row, fleet.generated_at) for row in fleet.instances if customer in {None, row.customer})
    counted = Counter(row.band for row in rows)
    return FleetStatus(
        generated_at=fleet.generated_at,
        zone=fleet.timezone,
        ladders={},
        counters={band: counted[band] for band in Band},
        rows=rows,
    )


def _shared(row: _Row, now: datetime) -> StatusRow:
    return StatusRow(
        instance_id=row.instance_id,
        name=row.name,
        customer=row.customer,
        fqdn=None,
        # An edition that we have no name for is called by its product code, which says nothing to a customer.
        edition=None if row.edition == row.product_code else row.edition,
        product_code=None,
        license_key=masked(row.license_key) if row.license_key else None,
        version=None,
        perpetual=row.perpetual,
        band=row.band,
        clock=clocks.driving(row.expires_at, row.maintenance_expires_at, perpetual=row.perpetual),
        expires_at=row.expires_at,
        expires_on=row.expires_on,
        days_left=row.days_left,
        maintenance_expires_at=row.maintenance_expires_at,
        maintenance_expires_on=row.maintenance_expires_on,
        maintenance_days_left=row.maintenance_days_left,
        sim_calls=None,
        seats=Seats(used=row.seats.used, limit=row.seats.limit, ai=row.seats.ai),
        reseller=None,
        freshness=_freshness(row, now),
        last_read_at=row.last_read_at,
        reason=None,
        remedy=None,
        renew_url=None,
        next_reminder_at=None,
        acknowledged_until=None,
        zone=row.zone,
    )


def _freshness(row: _Row, now: datetime) -> Freshness:
    """Return how old the facts are; why a read failed is nobody else's business."""
    if row.freshness is not Freshness.FAILING:
        return row.freshness
    if row.last_read_at is None:
        return Freshness.NEVER_READ
    return Freshness.STALE if now - row.last_read_at > STALE_AFTER else Freshness.FRESH
