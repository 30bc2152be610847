"""What a PBX stops saying: a fact stays as it was last said, and is marked as such once the silence lasts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.domain.days import local_date
from lapsewatch.domain.license import License

LASTING = timedelta(hours=24)
"""A fact that is missing from one answer is nothing that anybody needs to know."""


def keeping(read: License, known: License | None) -> License:
    """Return what was read, with the facts kept that it does not say: silence is no change, and hides none.

    Only what identifies the license and sizes it is kept. Whether it is active and how much of it is used are true
    when they are said, and not after.
    """
    if known is None:
        return read
    limit = known.seats.limit if read.seats.limit is None else read.seats.limit
    return replace(
        read,
        key=read.key or known.key,
        product_code=read.product_code or known.product_code,
        fqdn=read.fqdn or known.fqdn,
        reseller=read.reseller or known.reseller,
        sim_calls=known.sim_calls if read.sim_calls is None else read.sim_calls,
        seats=replace(read.seats, limit=limit),
    )


def unsaid(read: License, kept: License, before: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """Return the facts that are kept and were not said, with since when."""
    said = _facts(read)
    missing = (fact for fact, value in _facts(kept).items() if value is not None and said[fact] is None)
    return {fact: before.get(fact, now) for fact in missing}


def in_words(silent: Mapping[str, datetime], now: datetime, zone: ZoneInfo) -> list[str]:
    """Say what has not been said for long."""
    return [
        f"the PBX has not said its {fact} since {local_date(since, zone)}"
        for fact, since in sorted(silent.items())
        if now - since >= LASTING
    ]


def _facts(license: License) -> dict[str, str | int | None]:
    return {
        "license key": license.key,
        "edition": license.product_code,
        "FQDN": license.fqdn,
        "reseller": license.reseller,
        "simultaneous calls": license.sim_calls,
        "seat limit": license.seats.limit,
    }
