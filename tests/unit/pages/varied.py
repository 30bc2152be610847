"""A fleet in which everything occurs that a page can show, of any size, the same each time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lapsewatch.domain.license import REMEDIES, Reason, Seats
from lapsewatch.domain.status import FleetStatus, Freshness, StatusRow

from tests.unit.pages.builders import NOW, fleet, status_row

CUSTOMERS = (
    "Northwind Health",
    "Harbor Group",
    "Willow & Pine, Attorneys at Law",
    "Stadtwerke Überlingen",
    "Acme",
    "Sunrise Assisted Living of Greater Sacramento",
    "Blue Heron Dental",
    "Cedar Valley Unified School District",
)
SITES = ("Main office", "Warehouse", "Clinic", "Branch, North Bridge Street", "Front desk", "Call center", "Lab")
EDITIONS = (
    ("Professional", "3CXPSPROF"),
    ("Enterprise", "3CXPSENT"),
    ("Professional (SPLA)", "3CXPSPROFSPLA"),
    ("Basic", "3CXBASIC"),
    ("3CXNEWTHING", "3CXNEWTHING"),
)
ENDS_IN = (-41, -3, 0, 1, 6, 12, 17, 44, 58, 75, 120, 171, 203, 230, 266, 289, 301, 333, 364, 500)
SEATS = (Seats(9, 40, 0), Seats(42, 32, 2), Seats(37, 40, 4), Seats(118, 160, 12), Seats(22), Seats(4, 20), Seats())
ODD: tuple[dict[str, Any], ...] = (
    {"freshness": Freshness.STALE, "last_read_at": NOW - timedelta(days=2)},
    {"freshness": Freshness.FAILING, "reason": Reason.BAD_CREDENTIALS, "remedy": REMEDIES[Reason.BAD_CREDENTIALS]},
    {"freshness": Freshness.PAUSED, "next_reminder_at": None},
    {"acknowledged_until": NOW + timedelta(days=4), "acknowledged": "Dana: the quote is out for signature"},
    {"note": "The PBX answered a date that cannot be one."},
    {"active": False},
    {"zone": ZoneInfo("Europe/Berlin")},
    {"renew_url": None, "license_key": None, "product_code": None, "edition": None, "version": None},
)


def varied(count: int, customers: int = 0) -> FleetStatus:
    """Return a fleet in the order of a report; `customers` is how many own it, by default every third row's own."""
    status = fleet(_rows(count, customers or max(count // 3, 1)))
    return replace(status, rows=tuple(sorted(status.rows, key=_soonest_first)))


def _rows(count: int, customers: int) -> Iterator[StatusRow]:
    for number in range(count):
        edition, code = EDITIONS[number * 7 % 11 % len(EDITIONS)]
        owner = number * 7919 % customers
        name = CUSTOMERS[owner] if owner < len(CUSTOMERS) else f"{CUSTOMERS[owner % len(CUSTOMERS)]} {owner}"
        facts: dict[str, Any] = {
            "name": f"{name}, {SITES[number * 3 % len(SITES)]}",
            "customer": name,
            "fqdn": f"pbx-{number}.3cx.us",
            "edition": edition,
            "product_code": code,
            "license_key": f"8SGW-7XFG-2R4K-{number:04}",
            "sim_calls": 4 << number % 7,
            "seats": SEATS[number * 5 % len(SEATS)],
            "reseller": ("Harborline IT", "Summit Networks", "3CX Direct")[number % 3],
            "renew_url": f"https://shop.example/renew?key=8SGW-7XFG-2R4K-{number:04}",
        }
        yield status_row(f"pbx-{number}", **facts | _dates(number) | (ODD[number // 9 % 8] if number % 9 == 4 else {}))


def _dates(number: int) -> dict[str, Any]:
    ends_at = NOW + timedelta(
        days=ENDS_IN[(number * 11 + number // 997 * 3) % len(ENDS_IN)], hours=number % 12, minutes=number % 60
    )
    match number % 10:
        case 3:
            return {"expires_at": None, "perpetual": True, "maintenance_expires_at": ends_at}
        case 5:
            return {"expires_at": ends_at, "maintenance_expires_at": ends_at}
        case 6:
            return {"expires_at": ends_at, "maintenance_expires_at": NOW + timedelta(days=41 + number % 30)}
        case 8 if number % 20 == 8:
            never = {"freshness": Freshness.NEVER_READ, "last_read_at": None, "seats": Seats(), "sim_calls": None}
            return never | {"expires_at": None, "next_reminder_at": None, "fqdn": None}
        case _:
            return {"expires_at": ends_at}


def _soonest_first(row: StatusRow) -> tuple[bool, float]:
    at = row.expires_at or (row.maintenance_expires_at if row.perpetual else None)
    return (at is None, at.timestamp() if at else 0.0)
