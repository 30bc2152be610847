"""Versions 16 and 18: the management console, and nothing of version 20."""

import pytest

from local.simulator.pbx import Mode
from tests.simulator.live import Caller

STATUS = "/api/SystemStatus"


def test_a_sign_in_is_one_word_and_a_cookie_that_opens_the_status(console: Caller) -> None:
    answer = console.sign_in()

    assert (answer.status_code, answer.text) == (200, "AuthSuccess")
    assert ".AspNetCore.CookiesA" in answer.cookies
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert console.http.get(STATUS, headers={"Cookie": cookie}).json()["LicenseKey"] == console.pbx.license_key


def test_a_wrong_password_comes_with_200_too(console: Caller) -> None:
    answer = console.sign_in("wrong")

    assert (answer.status_code, answer.text) == (200, "AuthFailed")
    assert "set-cookie" not in answer.headers
    assert console.pbx.counters["refused"] == 1


def test_nobody_is_shown_anything_without_the_cookie(console: Caller) -> None:
    assert console.http.get(STATUS).status_code == 401


def test_what_came_with_version_20_is_missing(console: Caller) -> None:
    console.sign_in()
    cookie = console.http.post(
        "/api/login", json={"Username": console.pbx.user, "Password": console.pbx.password}
    ).headers["set-cookie"]

    facts = console.http.get(STATUS, headers={"Cookie": cookie.partition(";")[0]}).json()

    assert facts["Version"].startswith("18.")
    assert facts.keys().isdisjoint({"LicenseActive", "UserExtensions", "MaxUserExtensions"})


@pytest.mark.parametrize("path", ["/connect/token", "/webclient/api/Login/GetAccessToken", "/xapi/v1/SystemStatus"])
def test_the_paths_of_version_20_are_not_there(console: Caller, path: str) -> None:
    assert console.http.post(path, json={}).status_code == 404
    assert console.http.get(path).status_code == 404


def test_the_console_is_not_there_in_version_20(office: Caller) -> None:
    assert office.http.post("/api/login", json={}).status_code == 404
    assert office.http.get(STATUS).status_code == 404


def test_modes_break_the_console_as_they_break_all_else(console: Caller) -> None:
    console.pbx.mode = Mode.REJECT
    assert console.sign_in().text == "AuthFailed"
    console.pbx.mode = Mode.UPGRADING
    assert console.sign_in().status_code == 502
