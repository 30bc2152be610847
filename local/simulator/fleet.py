"""A seeded fleet of every edition and state, the most telling ones first, so that a small fleet shows them too."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from local.simulator.names import SITES, companies, slug
from local.simulator.pbx import Entitlement, Mode, SimulatedPbx

PRO, ENTERPRISE, STANDARD = "3CXPSPROFSPLA", "3CXPSPROFENTSPLA", "3CXPSSPLA"
PERPETUAL, PERPETUAL_ENTERPRISE = "3CXPSPROF", "3CXPSPROFENT"
UNKNOWN_CODE = "3CXFLEX2026"
OLD_BUILDS, NEW_BUILDS = ("20.0.7.1057", "20.0.8.1131"), ("20.0.9.210", "20.0.10.145")
RESELLERS = ("Harborline IT", "Harborline IT", "Harborline IT", "Summit Networks", "3CX Direct")
ZONES = ("America/New_York",) * 6 + (
    "America/Chicago",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Australia/Sydney",
)
TIERS = (4, 8, 16, 24, 32, 48, 64, 128)


@dataclass(frozen=True, slots=True)
class Case:
    """A state worth showing: days until the license and until maintenance end (None: no such date)."""

    days: int | None
    code: str = PRO
    maintenance: int | None = None
    mode: Mode = Mode.OK
    active: bool = True
    seats: tuple[int, int, int] | None = None
    """Users, limit, AI users."""


TELLING = (
    Case(6, seats=(9, 40, 0)),
    Case(-3, ENTERPRISE),
    Case(1, ENTERPRISE, seats=(31, 80, 3)),
    Case(24, STANDARD, seats=(42, 32, 0)),
    Case(130, ENTERPRISE),
    Case(None, PERPETUAL, maintenance=25),
    Case(3),
    Case(200, mode=Mode.REJECT),
    Case(10, ENTERPRISE),
    Case(None, UNKNOWN_CODE),
    Case(300, mode=Mode.SENTINEL),
    Case(90, PRO, active=False),
    Case(0),
    Case(2, STANDARD),
    Case(14, ENTERPRISE),
    Case(15),
    Case(None, PERPETUAL_ENTERPRISE, maintenance=5),
    Case(60, ENTERPRISE, seats=(118, 132, 12)),
    Case(61),
    Case(45, mode=Mode.HTML),
    Case(None, PERPETUAL, maintenance=210),
    Case(80, ENTERPRISE, mode=Mode.UPGRADING),
    Case(75, mode=Mode.HANG),
    Case(9),
)


def simulated_fleet(count: int, seed: int, now: datetime) -> list[SimulatedPbx]:
    """Return `count` PBXs, the same for the same seed and instant."""
    rng = Random(seed)
    names = _sites(rng)
    return [_pbx(rng, *next(names), case, now) for case in _cases(rng, count)]


def _cases(rng: Random, count: int) -> Iterator[Case]:
    yield from TELLING[:count]
    for _ in range(count - len(TELLING)):
        perpetual = rng.random() < 0.1  # noqa: PLR2004  a tenth of a fleet bought outright
        code = (
            rng.choice((PERPETUAL, PERPETUAL_ENTERPRISE)) if perpetual else rng.choice((PRO, PRO, ENTERPRISE, STANDARD))
        )
        days = rng.randint(62, 364)
        yield Case(None, code, maintenance=days) if perpetual else Case(days, code)


def _sites(rng: Random) -> Iterator[tuple[str, str]]:
    """Yield customer and instance names: most customers own one PBX, some several."""
    for number in range(10):
        for customer in companies(rng) if number == 0 else (f"{name} {number + 1}" for name in companies(rng)):
            sites = rng.choice((1, 1, 1, 1, 2, 3)) if customer != "Northwind Cardiology" else 1
            for site in SITES[:sites]:
                yield customer, f"{customer}{site}"


def _pbx(rng: Random, customer: str, name: str, case: Case, now: datetime) -> SimulatedPbx:
    at = now.replace(hour=rng.randint(13, 20), minute=rng.randint(0, 59), second=rng.randint(0, 59), microsecond=0)
    license_ends = _in_days(at, case.days, now)
    maintenance = _in_days(at, case.maintenance, now) or (license_ends if case.code.endswith("SPLA") else None)
    tier = rng.choice(TIERS)
    limit = tier * 5
    users, limit, ai = case.seats or (rng.randint(limit // 4, limit), limit, rng.choice((0, 0, 1, 4)))
    pbx_id = slug(name)
    return SimulatedPbx(
        id=pbx_id,
        name=name,
        customer=customer,
        fqdn=f"{pbx_id.replace('-', '')}.3cx.us",
        zone=rng.choice(ZONES),
        # Only Enterprise licenses have API clients.
        access="api_client" if "ENT" in case.code else "user_login",
        user=f"9{rng.randint(10, 99)}",
        password=_words(rng, 24),
        license_key="-".join(_words(rng, 4).upper() for _ in range(4)),
        version=rng.choice(NEW_BUILDS if case.seats or rng.random() < 0.7 else OLD_BUILDS),  # noqa: PLR2004
        reseller=rng.choice(RESELLERS),
        sim_calls=tier,
        users=users,
        user_limit=limit,
        ai_users=ai,
        vendor=Entitlement(license_ends, maintenance, case.active, case.code),
        mode=case.mode,
    )


def _in_days(at: datetime, days: int | None, now: datetime) -> datetime | None:
    if days is None:
        return None
    # "Today" is an hour ago: a license that has just lapsed.
    return (now - timedelta(hours=1)).replace(microsecond=0) if days == 0 else at + timedelta(days=days)


def _words(rng: Random, length: int) -> str:
    return hashlib.sha256(rng.randbytes(16)).hexdigest()[:length]
