"""A visit that comes to nothing, and the reason it is given."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from lapsewatch.adapters.guarded.failures import NotHttpError
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import FailedRead, Reason

from tests.builders import instance
from tests.unit.pbx.scripted import (
    NOW,
    SECRET,
    STATUS,
    failed,
    good,
    pbx,
    raw,
    read,
    says,
    signed_in,
    system,
    token,
)

UNLICENSED = {"error": {"code": "", "message": "WARNINGS.XAPI.INVALID_LICENSE_TYPE"}}
SIGN_IN = {Access.API_CLIENT: "sign_in", Access.USER_LOGIN: "login"}


both = pytest.mark.parametrize("access", list(SIGN_IN))


@pytest.mark.fault("P14")
@both
@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error":"invalid_client"}'])
def test_refused_credentials_are_said_to_be_bad_and_not_tried_again(access: Access, status: int, body: bytes) -> None:
    scripted = pbx(**{SIGN_IN[access]: raw(status, body)})

    assert failed(read(scripted, access=access)).reason is Reason.BAD_CREDENTIALS
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("status", ["AuthFailed", "authsuccess", "AuthSuccess ", "", None, True, ["AuthSuccess"]])
def test_a_user_is_signed_in_by_one_word_only(status: int) -> None:
    answer = says({"Status": status, "Token": {"access_token": "canary-token"}, "TwoFactorAuth": None})

    assert failed(read(pbx(login=answer), access=Access.USER_LOGIN)).reason is Reason.BAD_CREDENTIALS


@pytest.mark.parametrize(
    "answer",
    [
        {"Status": "TwoFactorRequired", "TwoFactorAuth": None},
        {"Status": "AuthPending", "Token": None, "TwoFactorAuth": {"Kind": "app"}},
    ],
)
def test_an_account_with_a_second_factor_is_told_apart_from_a_wrong_password(answer: dict[str, object]) -> None:
    assert failed(read(pbx(login=says(answer)), access=Access.USER_LOGIN)).reason is Reason.TWO_FACTOR


@both
def test_a_pbx_without_the_sign_in_of_version_20_is_too_old(access: Access) -> None:
    assert failed(read(pbx(**{SIGN_IN[access]: raw(404)}), access=access)).reason is Reason.TOO_OLD


def test_a_pbx_without_xapi_is_too_old() -> None:
    assert failed(read(pbx(status=raw(404)))).reason is Reason.TOO_OLD


@pytest.mark.fault("P19")
@both
@pytest.mark.parametrize(
    "value",
    [None, "", 5, True, ["t"], {"t": 1}, "a\r\nX-Evil: 1", "a\nb", "a b", "a\0b", "ü", "\ud800", "t" * 8193],
)
def test_a_token_that_cannot_be_a_header_is_never_sent(access: Access, value: object) -> None:
    scripted = pbx(sign_in=token(value), login=signed_in(value))

    assert failed(read(scripted, access=access)).reason is Reason.BAD_ANSWER
    assert len(scripted.asked) == 1


@pytest.mark.fault("P19")
@pytest.mark.parametrize("lifetime", [0, -1, "60", 10**12, None, 1e300])
def test_what_the_pbx_says_about_the_life_of_a_token_is_not_believed(lifetime: object) -> None:
    answer = says({"token_type": "Bearer", "expires_in": lifetime, "access_token": "canary-token"})

    good(read(pbx(sign_in=answer)))


@pytest.mark.fault("P15")
def test_a_token_taken_away_is_replaced_once() -> None:
    scripted = pbx(sign_in=[token("first"), token("second")], status=[raw(401), system()])

    good(read(scripted))

    assert [r.headers["authorization"] for r in scripted.asked if r.url.path == STATUS] == [
        "Bearer first",
        "Bearer second",
    ]


@pytest.mark.fault("P15")
def test_a_token_taken_away_twice_is_given_up() -> None:
    scripted = pbx(status=raw(401))

    assert failed(read(scripted)).reason is Reason.FORBIDDEN
    assert (scripted.sign_ins(), scripted.count(STATUS)) == (2, 2)


@pytest.mark.fault("P15")
def test_a_token_taken_by_a_refresh_is_not_fought_for() -> None:
    scripted = pbx(status=raw(401))

    assert failed(read(scripted, may_retoken=lambda: False)).reason is Reason.FORBIDDEN
    assert (scripted.sign_ins(), scripted.count(STATUS)) == (1, 1)


def test_asking_whether_a_new_token_may_be_fetched_does_not_hold_up_other_visits() -> None:
    def slow_store() -> bool:
        time.sleep(0.4)
        return True

    async def beside_each_other() -> float:
        reader = PbxReader(lines=pbx(status=[raw(401), system()]).line)
        visit = asyncio.create_task(reader.read(instance(), SECRET, NOW, slow_store))
        longest = 0.0
        while not visit.done():
            began = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - began)
        good(visit.result())
        return longest

    assert asyncio.run(beside_each_other()) < 0.3


def test_the_wrong_role_is_forbidden_without_a_second_sign_in() -> None:
    scripted = pbx(status=raw(403))

    assert failed(read(scripted)).reason is Reason.FORBIDDEN
    assert scripted.sign_ins() == 1


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("where", ["sign_in", "status"])
def test_a_license_without_the_api_is_named(where: str, status: int) -> None:
    scripted = pbx(**{where: says(UNLICENSED, status)})

    assert failed(read(scripted)).reason is Reason.API_NOT_LICENSED
    assert scripted.sign_ins() == 1


@pytest.mark.fault("P17")
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (500, Reason.BAD_ANSWER),
        (501, Reason.BAD_ANSWER),
        (418, Reason.BAD_ANSWER),
        (204, Reason.BAD_ANSWER),
        (502, Reason.UPGRADING),
        (503, Reason.UPGRADING),
    ],
)
@pytest.mark.parametrize("where", ["sign_in", "status"])
def test_a_server_error_is_a_failed_read(where: str, status: int, reason: Reason) -> None:
    assert failed(read(pbx(**{where: raw(status)}))).reason is reason


@pytest.mark.fault("P16")
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("3601", 3600),
        ("1000000000", 3600),
        ("9" * 5000, 3600),
        ("Wed, 10 Jun 2026 13:05:00 GMT", 300),
        ("Wed, 10 Jun 2026 13:05:00 -0000", 300),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 3600),
        ("Fri, 01 Jan 2016 00:00:00 GMT", 0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2026 99999999999999:00:00 GMT", None),
        ("Mon, 01 Jan 2026 00:00:00 +99999999999999999", None),
    ],
)
def test_a_pbx_that_asks_to_wait_is_heeded_up_to_an_hour(status: int, header: str, seconds: int | None) -> None:
    answer = httpx.Response(status, headers={b"Retry-After": header.encode()}, stream=raw(status).stream)

    reading = failed(read(pbx(status=answer)))

    assert (reading.reason, reading.retry_after) == (Reason.UPGRADING, seconds)


@pytest.mark.fault("P11")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["sign_in", "status"])
@pytest.mark.parametrize("target", ["https://elsewhere.example/", "http://169.254.169.254/latest/", "/login"])
def test_a_redirect_is_not_followed(where: str, status: int, target: str) -> None:
    scripted = pbx(**{where: raw(status, Location=target)})

    reading = failed(read(scripted))

    assert (reading.reason, reading.detail) == (Reason.NOT_A_PBX, "redirect")
    assert {request.url.host for request in scripted.asked} == {"northwind.3cx.us"}


@pytest.mark.fault("P7")
@pytest.mark.parametrize("where", ["sign_in", "status"])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", Reason.NOT_A_PBX),
        (b"  \r\n<html>", Reason.NOT_A_PBX),
        (b"", Reason.BAD_ANSWER),
        (b"   ", Reason.BAD_ANSWER),
        (b"null", Reason.BAD_ANSWER),
        (b"[]", Reason.BAD_ANSWER),
        (b'"AuthSuccess"', Reason.BAD_ANSWER),
        (b"AuthSuccess", Reason.BAD_ANSWER),
        (b"{}", Reason.BAD_ANSWER),
        (b'{"access_token":"a","access_token":"b"}', Reason.BAD_ANSWER),
        (b'{"LicenseKey":"a","x":{"y":1,"y":2}}', Reason.BAD_ANSWER),
        (b'{"access_token":"a","LicenseKey":NaN}', Reason.BAD_ANSWER),
        (b'{"access_token":"a","LicenseKey":-Infinity}', Reason.BAD_ANSWER),
        (b'{"LicenseKey":"trunc', Reason.BAD_ANSWER),
        (b"\xff\xfe\xfd", Reason.BAD_ANSWER),
        (b'{"LicenseKey":"\xff"}', Reason.BAD_ANSWER),
        (b'{"LicenseKey":' + b"9" * 5000 + b"}", Reason.BAD_ANSWER),
    ],
)
def test_what_is_not_one_json_object_is_a_failed_read(where: str, body: bytes, reason: Reason) -> None:
    assert failed(read(pbx(**{where: raw(200, body)}))).reason is reason


@pytest.mark.fault("P8")
@pytest.mark.parametrize("where", ["sign_in", "status"])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_brackets_nested_without_end_are_a_failed_read(where: str, opening: bytes) -> None:
    body = opening * (200_000 // len(opening))

    assert failed(read(pbx(**{where: raw(200, body)}))).reason is Reason.BAD_ANSWER


@pytest.mark.fault("P9")
def test_an_answer_is_read_up_to_256_kib() -> None:
    document = b'{"LicenseKey":"' + b"k" * 256 * 1024

    fits = read(pbx(status=raw(200, document[: 256 * 1024 - 2], b'"}')))
    does_not = read(pbx(status=raw(200, document[: 256 * 1024 - 1], b'"}')))

    assert len(good(fits).license.key or "") == 256
    assert failed(does_not).reason is Reason.BAD_ANSWER


@pytest.mark.fault("P9")
@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "x-junk"])
def test_a_compressed_answer_is_refused_unread(encoding: str) -> None:
    class Unreadable(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            raise AssertionError("the body was read")
            yield b""

    answer = httpx.Response(200, headers={"Content-Encoding": encoding}, stream=Unreadable())

    reading = failed(read(pbx(status=answer)))

    assert (reading.reason, reading.detail) == (Reason.BAD_ANSWER, "compressed answer")


@pytest.mark.parametrize(
    "document",
    [
        {"Id": 0, "FQDN": "northwind.3cx.us", "Version": "20.0.9.117"},
        {"LicenseKey": None, "ProductCode": None, "ExpirationDate": None, "MaintenanceExpiresAt": None},
        {"LicenseKey": 7, "ProductCode": [], "LicenseActive": "yes", "ExpirationDate": None},
    ],
)
def test_an_answer_that_says_nothing_about_a_license_is_a_failed_read(document: dict[str, object]) -> None:
    assert failed(read(pbx(status=says(document)))).reason is Reason.BAD_ANSWER


def test_a_build_that_refuses_even_the_old_fields_is_a_failed_read() -> None:
    scripted = pbx(status=raw(400))

    assert failed(read(scripted)).reason is Reason.BAD_ANSWER
    assert scripted.count(STATUS) == 2


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError("no"), Reason.UNREACHABLE),
        (NotHttpError(), Reason.UNREACHABLE),
        (OSError(), Reason.UNREACHABLE),
        (TimeoutError(), Reason.TIMEOUT),
        (RuntimeError("canary"), Reason.BAD_ANSWER),
        (ExceptionGroup("canary", [ValueError("canary")]), Reason.BAD_ANSWER),
    ],
)
def test_nothing_that_goes_wrong_is_raised(error: Exception, reason: Reason) -> None:
    reading = failed(read(pbx(status=error)))

    assert reading.reason is reason
    assert "canary" not in repr(reading)


def test_an_unexpected_error_is_told_by_its_type_only() -> None:
    assert read(pbx(status=ZeroDivisionError("canary"))) == FailedRead(NOW, Reason.BAD_ANSWER, "ZeroDivisionError")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "user@host.example",
        "u:p@host.example:5001",
        "host.example/path",
        "host.example?x=1",
        "host.example#x",
        "host.example:99999",
        "host.example:x",
        "https://host.example",
        "a b.example",
        "host.example\\@evil.example",
    ],
)
def test_an_address_that_is_more_than_a_host_and_a_port_is_not_visited(address: str) -> None:
    scripted = pbx()

    assert failed(read(scripted, address=address)).reason is Reason.UNREACHABLE
    assert scripted.asked == []
