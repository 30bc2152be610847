"""Two ways to sign in, one token at a time."""

import json
from base64 import urlsafe_b64decode

import httpx
import pytest

from local.simulator.pbx import Mode
from tests.simulator.live import Caller

STATUS = "SystemStatus"


def test_an_api_client_gets_a_token_that_opens_the_data(enterprise: Caller) -> None:
    answer = enterprise.sign_in()

    assert answer.status_code == 200
    assert answer.json().keys() == {"token_type", "expires_in", "access_token", "refresh_token"}
    assert enterprise.get(STATUS).status_code == 200


def test_the_token_form_may_be_multipart(enterprise: Caller) -> None:
    fields = {
        "client_id": enterprise.pbx.user,
        "client_secret": enterprise.pbx.password,
        "grant_type": "client_credentials",
    }

    answer = enterprise.http.post("/connect/token", files={name: (None, value) for name, value in fields.items()})

    assert answer.json()["token_type"] == "Bearer"


def test_a_user_gets_a_token_that_opens_the_data(office: Caller) -> None:
    answer = office.sign_in()

    assert answer.json()["Status"] == "AuthSuccess"
    assert answer.json()["TwoFactorAuth"] is None
    assert office.get(STATUS).status_code == 200


def test_a_wrong_secret_is_refused_and_counted(enterprise: Caller) -> None:
    answer = enterprise.sign_in("wrong")

    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"
    assert (enterprise.pbx.counters["refused"], enterprise.pbx.counters["logins"]) == (1, 0)


def test_a_wrong_password_is_refused_and_counted(office: Caller) -> None:
    answer = office.sign_in("wrong")

    assert (answer.status_code, answer.json()["Status"]) == (401, "AuthFailed")
    assert office.pbx.counters["refused"] == 1


def test_an_api_client_needs_an_enterprise_license(office: Caller) -> None:
    form = {"client_id": office.pbx.user, "client_secret": office.pbx.password, "grant_type": "client_credentials"}

    answer = office.http.post("/connect/token", data=form)

    assert answer.status_code == 403
    assert "INVALID_LICENSE_TYPE" in answer.json()["error_description"]


def test_another_grant_is_not_supported(enterprise: Caller) -> None:
    answer = enterprise.http.post("/connect/token", data={"grant_type": "password"})

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null"])
def test_a_login_that_is_no_json_object_is_a_bad_request(office: Caller, body: bytes) -> None:
    answer = office.http.post("/webclient/api/Login/GetAccessToken", content=body)

    assert answer.status_code == 400


def test_a_second_factor_is_asked_for_with_status_200(office: Caller) -> None:
    office.pbx.mode = Mode.TWO_FACTOR

    without, with_code = office.sign_in(), office.sign_in(code="246810")

    assert (without.status_code, without.json()["Token"]) == (200, None)
    assert without.json()["TwoFactorAuth"] is not None
    assert with_code.json()["Status"] == "AuthSuccess"


def test_builds_since_20_0_9_tell_the_lifetime_in_seconds(office: Caller) -> None:
    assert office.sign_in().json()["Token"]["expires_in"] == 3600


def test_older_builds_tell_the_same_lifetime_in_minutes(old: Caller) -> None:
    assert old.sign_in().json()["Token"]["expires_in"] == 60


def test_a_token_tells_when_it_ends(enterprise: Caller) -> None:
    enterprise.sign_in()

    claims = enterprise.token.split(".")[1]
    assert json.loads(urlsafe_b64decode(claims + "=="))["exp"] > 1_700_000_000


def test_a_new_token_ends_the_one_before(office: Caller) -> None:
    office.sign_in()
    first = office.token
    office.sign_in()
    second = office.token

    office.token = first
    refused = office.get(STATUS)
    office.token = second
    accepted = office.get(STATUS)

    assert (refused.status_code, accepted.status_code) == (401, 200)
    assert office.pbx.counters["overlapping"] == 1


@pytest.mark.parametrize("path", ["SystemStatus", "LicenseStatus", "Users", "Defs", "Defs/Pbx.GetLicenseParameters()"])
def test_data_needs_a_token(office: Caller, path: str) -> None:
    answer = office.get(path)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["error"]["message"]
    assert office.pbx.counters["overlapping"] == 0


def test_a_token_without_its_scheme_opens_nothing(office: Caller) -> None:
    office.sign_in()

    answer = office.http.get(f"/xapi/v1/{STATUS}", headers={"Authorization": office.token})

    assert answer.status_code == 401


def test_a_refresh_needs_a_token(office: Caller) -> None:
    assert office.refresh().status_code == 401
    assert office.pbx.counters["refreshes"] == 0


def test_a_client_that_does_not_know_the_ca_does_not_connect(office: Caller) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://localhost:{office.pbx.port}/", trust_env=False)
