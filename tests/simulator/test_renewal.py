"""The vendor knows first; the PBX shows it after a refresh or its nightly sync."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.simulator.live import Caller

RENEWED = "2028-02-29T17:30:00Z"


def shown(caller: Caller, name: str = "ExpirationDate") -> Any:
    return caller.get("SystemStatus", select=name).json()[name]


def is_renewed(text: str) -> bool:
    return datetime.fromisoformat(text) == datetime.fromisoformat(RENEWED)


@pytest.fixture
def renewed(office: Caller, control: httpx.Client) -> Caller:
    office.sign_in()
    control.patch(f"/instances/{office.pbx.id}", json={"expires_at": RENEWED})
    return office


def test_a_renewal_at_the_vendor_does_not_show_by_itself(renewed: Caller) -> None:
    assert not is_renewed(shown(renewed))


def test_a_refresh_brings_the_renewal(renewed: Caller) -> None:
    answer = renewed.refresh()

    assert (answer.status_code, answer.content) == (204, b"")
    assert is_renewed(shown(renewed))


@pytest.mark.parametrize("path", ["/sync", "/instances/{id}/sync"])
def test_the_nightly_sync_brings_the_renewal(renewed: Caller, control: httpx.Client, path: str) -> None:
    answer = control.post(path.format(id=renewed.pbx.id))

    assert answer.status_code == 204
    assert is_renewed(shown(renewed))


def test_a_stuck_pbx_says_it_refreshed_and_shows_the_old_date(renewed: Caller, control: httpx.Client) -> None:
    control.patch(f"/instances/{renewed.pbx.id}", json={"mode": "stuck"})

    answer = renewed.refresh()

    assert answer.status_code == 204
    assert not is_renewed(shown(renewed))
    assert renewed.pbx.counters["refreshes"] == 1


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"maintenance_expires_at": None}, "MaintenanceExpiresAt", None),
        ({"license_active": False}, "LicenseActive", False),
        ({"product_code": "3CXPSSPLA"}, "ProductCode", "3CXPSSPLA"),
    ],
)
def test_everything_that_the_vendor_knows_comes_with_a_refresh(
    renewed: Caller, control: httpx.Client, change: dict[str, Any], name: str, value: Any
) -> None:
    control.patch(f"/instances/{renewed.pbx.id}", json=change)
    before = shown(renewed, name)

    renewed.refresh()

    assert before != value
    assert shown(renewed, name) == value


def test_a_lost_enterprise_license_closes_the_api_after_the_next_sync(
    enterprise: Caller, control: httpx.Client
) -> None:
    control.patch(f"/instances/{enterprise.pbx.id}", json={"product_code": "3CXPSPROFSPLA"})

    before = enterprise.sign_in()
    control.post("/sync")
    after = enterprise.sign_in()

    assert (before.status_code, after.status_code) == (200, 403)


def test_a_refresh_that_asks_for_a_representation_fails_like_the_real_one(office: Caller) -> None:
    office.sign_in()

    assert office.refresh(Prefer="return=representation").status_code == 500
