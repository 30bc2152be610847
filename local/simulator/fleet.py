"""A seeded fleet: the same PBXs, licenses and credentials for the same seed and instant."""

from datetime import date, datetime, time, timedelta
from random import Random
from string import ascii_letters, ascii_uppercase, digits
from zoneinfo import ZoneInfo

from local.simulator.cases import Case, cases
from local.simulator.names import Site, sites, slug
from local.simulator.pbx import Entitlement, SimulatedPbx

RESELLERS = ("Harborline IT", "Harborline IT", "Harborline IT", "Summit Networks", "3CX Direct")
TIERS = (4, 8, 8, 16, 16, 24, 32, 48, 64, 128)
DOMAINS = {"America": "3cx.us", "Europe": "3cx.eu", "Australia": "my3cx.au"}
TODAY = 0
MOST = 2000
"""As many as there are invented names for."""


def simulated_fleet(count: int, seed: int, now: datetime) -> list[SimulatedPbx]:
    """Return `count` PBXs, the same for the same seed and instant."""
    if not 0 <= count <= MOST:
        raise ValueError(f"a fleet has 0 to {MOST} instances, not {count}")
    rng = Random(seed)
    places = sites(rng, count)
    return [_pbx(rng, site, case, now) for site, case in zip(places, cases(rng, count), strict=True)]


def _pbx(rng: Random, site: Site, case: Case, now: datetime) -> SimulatedPbx:
    tier = rng.choice(TIERS)
    vendor = _entitlement(rng, site, case, now)
    enterprise = vendor.enterprise
    users, limit, ai = case.seats or _seats(rng, tier, enterprise)
    version = rng.choice(case.builds)
    access, user = _credentials(rng, version, enterprise)
    return SimulatedPbx(
        id=slug(site.name),
        name=site.name,
        customer=site.customer,
        fqdn=f"{site.host}.{DOMAINS[site.zone.split('/')[0]]}",
        zone=site.zone,
        access=access,
        user=user,
        password=_word(rng, ascii_letters + digits, 32 if enterprise else 16),
        license_key="-".join(_word(rng, ascii_uppercase + digits, 4) for _ in range(4)),
        version=version,
        reseller=rng.choice(RESELLERS),
        sim_calls=tier,
        users=users,
        user_limit=limit,
        ai_users=ai,
        vendor=vendor,
        mode=case.mode,
        certificate=case.certificate,
        local_dates=case.local_dates,
        made_at=now,
    )


def _credentials(rng: Random, version: str, enterprise: bool) -> tuple[str, str]:
    """Return the way in and the name that is known there: only Enterprise licenses of version 20 have API clients."""
    if not version.startswith("20."):
        return "legacy", "admin"
    return ("api_client", "lapsewatch") if enterprise else ("user_login", str(rng.randint(900, 999)))


def _seats(rng: Random, tier: int, enterprise: bool) -> tuple[int, int, int]:
    limit = tier * 5
    return rng.randint(limit // 4, limit * 19 // 20), limit, rng.choice((0, 1, 4)) if enterprise else 0


def _entitlement(rng: Random, site: Site, case: Case, now: datetime) -> Entitlement:
    moment = time(rng.randint(7, 21), rng.randint(0, 59), rng.randint(0, 59), rng.randrange(10**6))
    if not case.local_dates:
        moment = moment.replace(microsecond=0)
    license_ends = _in_days(case.days, moment, now, ZoneInfo(site.zone))
    # With a subscription, maintenance ends when the license does.
    maintenance = _in_days(case.maintenance, moment, now, ZoneInfo(site.zone)) or license_ends
    return Entitlement(license_ends, maintenance, case.active, case.code)


def _in_days(days: int | None, moment: time, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return an instant that many calendar days ahead on the wall calendar of `zone`."""
    if days is None:
        return None
    today: date = now.astimezone(zone).date()
    if days == TODAY:
        # Halfway between midnight and now: lapsed, and still the same day.
        midnight = datetime.combine(today, time(), zone).astimezone(now.tzinfo)
        return (midnight + (now - midnight) / 2).replace(microsecond=0)
    return datetime.combine(today + timedelta(days=days), moment, zone).astimezone(now.tzinfo)


def _word(rng: Random, letters: str, length: int) -> str:
    return "".join(rng.choices(letters, k=length))
