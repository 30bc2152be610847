"""A visit that goes well, and what the PBX is asked on the way."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import License, Observation, Seats

from tests.unit.pbx.scripted import KEY, NOW, STATUS, USERS, good, pbx, raw, read, says, system

EXPIRY = datetime(2026, 6, 20, 16, 0, tzinfo=UTC)


def test_a_read_says_all_that_the_pbx_said_about_its_license() -> None:
    scripted = pbx(status=system(Version="20.0.9.117"))

    reading = read(scripted)

    assert reading == Observation(
        NOW,
        License(
            key=KEY,
            product_code="3CXPSPROFENTSPLA",
            version="20.0.9.117",
            fqdn="northwind.3cx.us",
            reseller="Example Telecom",
            active=True,
            sim_calls=8,
            seats=Seats(used=31, limit=80, ai=3),
            expires_at=EXPIRY,
            maintenance_expires_at=EXPIRY,
        ),
    )


def test_an_api_client_signs_in_with_a_form() -> None:
    scripted = pbx()

    read(scripted, access=Access.API_CLIENT)

    sign_in = scripted.asked[0]
    assert (sign_in.method, sign_in.url.path) == ("POST", "/connect/token")
    assert parse_qs(sign_in.content.decode()) == {
        "client_id": ["watcher-user"],
        "client_secret": ["canary-password"],
        "grant_type": ["client_credentials"],
    }


def test_a_user_signs_in_as_the_web_client_does() -> None:
    scripted = pbx()

    read(scripted, access=Access.USER_LOGIN)

    sign_in = scripted.asked[0]
    assert (sign_in.method, sign_in.url.path) == ("POST", "/webclient/api/Login/GetAccessToken")
    assert json.loads(sign_in.content) == {
        "Username": "watcher-user",
        "Password": "canary-password",
        "SecurityCode": "",
    }


@pytest.mark.parametrize("access", [Access.API_CLIENT, Access.USER_LOGIN])
def test_the_token_is_shown_for_data_only(access: Access) -> None:
    scripted = pbx()

    good(read(scripted, access=access))

    assert [request.headers.get("authorization") for request in scripted.asked] == [None, "Bearer canary-token"]


def test_every_visit_fetches_a_token_of_its_own_over_a_client_of_its_own() -> None:
    scripted = pbx()

    read(scripted)
    read(scripted)

    assert scripted.sign_ins() == 2
    assert scripted.opened == 2


def test_no_request_asks_for_contact_data() -> None:
    scripted = pbx(status=system(Version="20.0.9.117"), users=[raw(400), says({"value": []})])

    read(scripted)

    selected = {
        field
        for request in scripted.asked
        if request.method == "GET"
        for field in request.url.params["$select"].split(",")
    }
    assert selected == {
        *("LicenseKey", "ProductCode", "Version", "FQDN", "ResellerName", "LicenseActive", "MaxSimCalls"),
        *("ExpirationDate", "MaintenanceExpiresAt", "UserExtensions", "MaxUserExtensions", "Id", "AIAgent"),
    }


def test_an_older_build_that_does_not_know_the_seat_fields_is_read_without_them() -> None:
    def older(request: httpx.Request) -> httpx.Response:
        if "UserExtensions" in request.url.params["$select"]:
            return says({"error": {"code": "", "message": "no such property"}}, 400)
        return says({"LicenseKey": KEY, "ExpirationDate": "2026-06-20T16:00:00Z", "Version": "20.0.3.6"})

    scripted = pbx(status=older)

    license = good(read(scripted)).license

    assert (license.key, license.expires_at, license.seats) == (KEY, EXPIRY, Seats())
    assert scripted.count(STATUS) == 2


@pytest.mark.parametrize("port", ["", ":5001"])
def test_the_port_is_part_of_the_address(port: str) -> None:
    scripted = pbx()

    good(read(scripted, address=f"northwind.3cx.us{port}"))

    assert {str(request.url.copy_with(raw_path=b"/")) for request in scripted.asked} == {
        f"https://northwind.3cx.us{port}/"
    }


@pytest.mark.parametrize("version", ["20.0.8.1109", "19.9.9", "20.0", "", None, "x.y.z", "²0.0.9", "20.0.999999"])
def test_a_build_that_has_no_ai_users_is_not_asked_about_them(version: str | None) -> None:
    scripted = pbx(status=system(Version=version))

    reading = good(read(scripted))

    assert reading.license.seats.ai is None
    assert scripted.count(USERS) == 0


@pytest.mark.parametrize("version", ["20.0.9.1", "20.0.9.rc1", "20.0.10", "20.0.99999", "20.1.0.5", "21"])
def test_a_build_that_has_ai_users_is_asked_how_many(version: str | None) -> None:
    scripted = pbx(status=system(Version=version))

    reading = good(read(scripted))

    assert reading.license.seats.ai == 3
    assert dict(scripted.asked[-1].url.params) == {
        "$filter": "AIAgent eq true",
        "$top": "1",
        "$count": "true",
        "$select": "Id",
    }
