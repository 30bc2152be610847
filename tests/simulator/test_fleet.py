"""The fleet is the same for the same seed, believable, and shows every state."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from local.simulator.fleet import simulated_fleet
from local.simulator.pbx import Mode, SimulatedPbx
from local.simulator.resources import system_status
from tests.simulator.live import NOW, fleet

EDITIONS = {"3CXPS", "3CXPSSPLA", "3CXPSPROF", "3CXPSPROFSPLA", "3CXPSPROFENT", "3CXPSPROFENTSPLA"}


def facts(pbxs: Iterable[SimulatedPbx]) -> list[object]:
    return [(pbx.id, pbx.name, pbx.user, pbx.password, pbx.mode, system_status(pbx)) for pbx in pbxs]


def days_left(pbx: SimulatedPbx, ends_at: datetime | None, now: datetime = NOW) -> int | None:
    zone = ZoneInfo(pbx.zone)
    return None if ends_at is None else (ends_at.astimezone(zone).date() - now.astimezone(zone).date()).days


def test_the_same_seed_makes_the_same_fleet() -> None:
    assert facts(fleet(100)) == facts(fleet(100))


def test_another_seed_makes_another_fleet() -> None:
    assert facts(fleet(100)) != facts(fleet(100, seed=8))


def test_a_thousand_instances_have_names_ids_hosts_and_keys_of_their_own() -> None:
    pbxs = fleet(1000)

    for name in ("name", "id", "fqdn", "license_key"):
        assert len({getattr(pbx, name) for pbx in pbxs}) == 1000


def test_the_largest_fleet_can_be_made_and_a_larger_one_is_refused() -> None:
    assert len(fleet(2000)) == 2000
    with pytest.raises(ValueError, match="2001"):
        fleet(2001)


def test_forty_instances_belong_to_fifteen_customers_of_which_some_own_several() -> None:
    owned = Counter(pbx.customer for pbx in fleet(40))

    assert len(owned) == 15
    assert max(owned.values()) > 3
    assert min(owned.values()) == 1


def test_forty_instances_show_every_state() -> None:
    pbxs = fleet(40)

    left = {days_left(pbx, pbx.vendor.expires_at) for pbx in pbxs}
    maintained = {days_left(p, p.vendor.maintenance_expires_at) for p in pbxs if p.vendor.expires_at is None}
    assert left >= {-3, 0, 1, 2, 3, 6, 9, 10, 14, 15, 24, 60, 61, 130, 300, None}
    assert maintained >= {5, 25, 200, None}
    assert {pbx.mode for pbx in pbxs} >= {Mode.HTML, Mode.HANG, Mode.REJECT, Mode.UPGRADING, Mode.SENTINEL}
    assert not all(pbx.vendor.license_active for pbx in pbxs)
    assert any((pbx.users, pbx.user_limit) == (42, 32) for pbx in pbxs)


@pytest.mark.parametrize("hour", [0, 4, 5, 7, 12, 14, 23])
def test_the_one_that_lapsed_today_has_lapsed_and_it_is_still_the_same_day(hour: int) -> None:
    now = datetime(2026, 3, 8, hour, 1, tzinfo=UTC)

    pbxs = simulated_fleet(40, 7, now)

    today = [pbx for pbx in pbxs if days_left(pbx, pbx.vendor.expires_at, now) == 0]
    assert today
    assert all(pbx.vendor.expires_at is not None and pbx.vendor.expires_at <= now for pbx in today)


def test_forty_instances_show_every_edition_and_one_that_nobody_knows() -> None:
    codes = Counter(pbx.vendor.product_code for pbx in fleet(40))

    assert codes.keys() > EDITIONS
    assert sum(count for code, count in codes.items() if code not in EDITIONS) == 1
    assert sum(count for code, count in codes.items() if code.endswith("SPLA")) > 20


def test_only_enterprise_licenses_are_reached_by_an_api_client() -> None:
    for pbx in fleet(200):
        assert (pbx.access == "api_client") == ("ENT" in pbx.vendor.product_code)


def test_most_of_forty_instances_are_well_and_due_in_many_months() -> None:
    ends = [pbx.vendor.expires_at or pbx.vendor.maintenance_expires_at for pbx in fleet(40) if pbx.mode is Mode.OK]

    well = [end for end in ends if end is not None and end > NOW + timedelta(days=14)]
    assert len(well) > 20
    assert len({(end.year, end.month) for end in well}) >= 9


def test_twelve_instances_already_show_variety() -> None:
    pbxs = fleet(12)

    assert len({pbx.customer for pbx in pbxs}) == 12
    assert len({pbx.vendor.product_code for pbx in pbxs}) >= 5
    assert {pbx.access for pbx in pbxs} == {"api_client", "user_login"}
    assert {pbx.knows_seats for pbx in pbxs} == {True, False}
    assert len({pbx.zone for pbx in pbxs}) == 5


def test_license_keys_are_four_groups_of_four() -> None:
    assert all(re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}", pbx.license_key) for pbx in fleet(100))


def test_dates_have_a_time_of_day() -> None:
    ends = [pbx.vendor.expires_at for pbx in fleet(100) if pbx.vendor.expires_at]

    assert len({end.time() for end in ends}) > len(ends) // 2


def test_a_subscription_ends_with_its_maintenance_and_a_bought_license_never() -> None:
    for pbx in fleet(200):
        vendor = pbx.vendor
        if vendor.product_code.endswith("SPLA"):
            assert vendor.expires_at == vendor.maintenance_expires_at is not None
        else:
            assert vendor.expires_at is None
