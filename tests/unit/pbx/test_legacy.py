"""Versions 16 and 18: one word in plain text, a cookie, and fewer facts."""

import json

import httpx
import pytest
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import License, Reading, Reason, Seats

from tests.builders import EXPIRY
from tests.unit.pbx.scripted import (
    CONSOLE,
    KEY,
    Body,
    ScriptedPbx,
    console,
    failed,
    good,
    legacy_pbx,
    pbx,
    raw,
    refresh,
    welcomed,
)
from tests.unit.pbx.scripted import read as read_by

SESSION = ".AspNetCore.CookiesA=canary-cookie"


def read(scripted: ScriptedPbx) -> Reading:
    return read_by(scripted, access=Access.LEGACY)


def test_all_that_an_older_version_says_is_read_and_what_it_does_not_say_stays_open() -> None:
    assert good(read(legacy_pbx())).license == License(
        key=KEY,
        product_code="3CXPSPROFSPLA",
        version="18.0.9.20",
        fqdn="northwind.3cx.us",
        reseller="Example Telecom",
        active=None,
        sim_calls=8,
        seats=Seats(),
        expires_at=EXPIRY,
        maintenance_expires_at=EXPIRY,
    )


def test_a_visit_is_a_sign_in_and_one_request_with_its_cookie() -> None:
    scripted = legacy_pbx()

    read(scripted)

    login, status = scripted.asked
    assert (login.method, login.url.path) == ("POST", "/api/login")
    assert json.loads(login.content) == {"Username": "watcher-user", "Password": "canary-password"}
    assert (status.method, status.url.path) == ("GET", CONSOLE)
    assert status.headers.get_list("cookie") == [SESSION]


@pytest.mark.parametrize(
    ("cookies", "sent"),
    [
        ([".AspNetCore.Cookies=a16; path=/"], ".AspNetCore.Cookies=a16"),
        ([".AspNetCore.CookiesA=a18"], ".AspNetCore.CookiesA=a18"),
        (["tracking=1; path=/", ".AspNetCore.Cookies=a16;path=/"], ".AspNetCore.Cookies=a16"),
        (
            [".AspNetCore.CookiesA=chunks-2", ".AspNetCore.CookiesAC1=x", ".AspNetCore.CookiesAC2=y"],
            ".AspNetCore.CookiesA=chunks-2; .AspNetCore.CookiesAC1=x; .AspNetCore.CookiesAC2=y",
        ),
    ],
)
def test_the_cookies_of_the_session_are_sent_back_and_no_others(cookies: list[str], sent: str) -> None:
    scripted = legacy_pbx(console_login=welcomed(*cookies))

    good(read(scripted))

    assert scripted.asked[1].headers["cookie"] == sent


@pytest.mark.parametrize(
    "cookies",
    [
        ["tracking=1"],
        [".AspNetCore.Cookies="],
        [".AspNetCore.Cookies=a b"],
        [".AspNetCore.Cookies=\x01"],
        [".AspNetCore.Cookies=" + "x" * 8193],
        [".AspNetCore.CookiesEvilName=x"],
        [".AspNetCore.Cookies=" + "x" * 8000] * 3,
    ],
    ids=range(7),
)
def test_a_welcome_without_a_usable_cookie_is_a_bad_answer(cookies: list[str]) -> None:
    scripted = legacy_pbx(console_login=welcomed(*cookies))

    assert failed(read(scripted)).reason is Reason.BAD_ANSWER
    assert len(scripted.asked) == 1


@pytest.mark.fault("P14")
@pytest.mark.parametrize(
    "text",
    [b"AuthFailed", b"AuthSuccess ", b"authsuccess", b'"AuthSuccess"', b"AuthSuccess\n", b"", b"{}", b"\xff"],
)
def test_only_the_exact_word_is_a_sign_in_whatever_the_status(text: bytes) -> None:
    scripted = legacy_pbx(console_login=welcomed(text=text))

    assert failed(read(scripted)).reason is Reason.BAD_CREDENTIALS
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (raw(401), Reason.BAD_CREDENTIALS),
        (raw(403), Reason.BAD_CREDENTIALS),
        (raw(404), Reason.TOO_NEW),
        (raw(405), Reason.TOO_NEW),
        (raw(500), Reason.BAD_ANSWER),
        (raw(502), Reason.UPGRADING),
        (raw(302, Location="/login"), Reason.NOT_A_PBX),
        (raw(200, b"  <!doctype html>"), Reason.NOT_A_PBX),
        (raw(204), Reason.BAD_ANSWER),
    ],
)
def test_a_sign_in_that_fails_has_its_reason(answer: httpx.Response, reason: Reason) -> None:
    assert failed(read(legacy_pbx(console_login=answer))).reason is reason


def test_a_pbx_that_was_updated_to_version_20_is_too_new() -> None:
    assert failed(read(pbx())).reason is Reason.TOO_NEW


@pytest.mark.fault("P7")
@pytest.mark.parametrize("body", [b"<html>", b"", b"null", b"[]", b"{}", b'{"LicenseKey":"a","LicenseKey":"b"}'])
def test_what_is_not_one_json_object_of_a_license_is_a_failed_read(body: bytes) -> None:
    failed(read(legacy_pbx(console=raw(200, body))))


@pytest.mark.fault("P15")
def test_a_session_that_ended_is_opened_once_more() -> None:
    scripted = legacy_pbx(console=[raw(401), console()])

    good(read(scripted))

    assert (scripted.sign_ins(), scripted.count(CONSOLE)) == (2, 2)


def test_a_perpetual_license_has_no_expiration_date() -> None:
    license = good(read(legacy_pbx(console=console(ExpirationDate=None, ProductCode="3CXPSPROF")))).license

    assert (license.expires_at, license.maintenance_expires_at) == (None, EXPIRY)


def test_a_refresh_only_reads_for_there_is_nothing_to_ask() -> None:
    scripted = legacy_pbx()

    good(refresh(scripted, License(expires_at=EXPIRY), access=Access.LEGACY))

    assert scripted.paths() == ["/api/login", CONSOLE]


def test_a_cookie_that_a_newer_pbx_sets_is_not_sent_back() -> None:
    token = b'{"access_token": "canary-token"}'
    answer = httpx.Response(200, headers={"Set-Cookie": "track=1; path=/"}, stream=Body(token))
    scripted = pbx(sign_in=answer)

    good(read_by(scripted))

    assert "cookie" not in scripted.asked[1].headers
