"""The way in that is found by itself, with one refusal of the credentials at most in a visit."""

from itertools import product

import httpx
import pytest
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import FailedRead, Reading, Reason

from tests.unit.pbx.scripted import (
    SIGN_INS,
    Say,
    ScriptedPbx,
    failed,
    good,
    legacy_pbx,
    pbx,
    raw,
    read,
    says,
    signed_in,
    token,
    welcomed,
)

USER = PbxSecret("900", "canary-password")
NAMED = PbxSecret("lapsewatch", "canary-password")
UNLICENSED = says({"error": "unauthorized_client", "error_description": "WARNINGS.XAPI.INVALID_LICENSE_TYPE"}, 403)

NAMES = {
    "/connect/token": "sign_in",
    "/webclient/api/Login/GetAccessToken": "login",
    "/api/login": "console_login",
}


def found(scripted: ScriptedPbx, secret: PbxSecret = USER, *ways: Access) -> Reading:
    return read(scripted, access=Access.AUTO, secret=secret, ways=ways)


@pytest.mark.parametrize(
    ("scripted", "secret", "way", "sign_ins"),
    [
        pytest.param(pbx(), USER, Access.USER_LOGIN, 1, id="an extension on version 20"),
        pytest.param(pbx(), NAMED, Access.API_CLIENT, 1, id="a name on version 20"),
        pytest.param(pbx(sign_in=UNLICENSED), NAMED, Access.USER_LOGIN, 2, id="a name, and no license for the API"),
        pytest.param(legacy_pbx(), USER, Access.LEGACY, 3, id="version 18"),
        pytest.param(legacy_pbx(), NAMED, Access.LEGACY, 3, id="version 18, with a name"),
    ],
)
def test_the_first_way_that_the_pbx_has_is_taken(
    scripted: ScriptedPbx, secret: PbxSecret, way: Access, sign_ins: int
) -> None:
    assert good(found(scripted, secret)).way is way
    assert scripted.sign_ins() == sign_ins


def test_an_instance_with_a_way_of_its_own_is_never_tried_otherwise() -> None:
    scripted = legacy_pbx()

    reading = failed(read(scripted, access=Access.USER_LOGIN))

    assert (reading.reason, reading.way) == (Reason.TOO_OLD, None)
    assert scripted.sign_ins() == 1


def test_a_refusal_ends_the_visit_and_says_which_way_refused() -> None:
    scripted = pbx(login=raw(401))

    reading = failed(found(scripted))

    assert (reading.reason, reading.way) == (Reason.BAD_CREDENTIALS, Access.USER_LOGIN)
    assert scripted.sign_ins() == 1


def test_a_way_that_was_found_before_is_tried_first() -> None:
    scripted = pbx()

    good(found(scripted, USER, Access.API_CLIENT, Access.LEGACY, Access.USER_LOGIN))

    assert scripted.paths()[0] == "/connect/token"


def test_a_client_whose_license_has_lapsed_is_not_tried_as_a_user() -> None:
    scripted = pbx(sign_in=UNLICENSED, login=raw(401))

    reading = failed(found(scripted, NAMED, Access.API_CLIENT, Access.LEGACY))

    assert reading.reason is Reason.API_NOT_LICENSED
    assert scripted.paths() == ["/connect/token", "/api/login"]


def test_a_host_without_any_sign_in_is_no_pbx() -> None:
    scripted = pbx(sign_in=None, login=None)

    reading = failed(found(scripted))

    assert (reading.reason, reading.way) == (Reason.NOT_A_PBX, None)


def test_credentials_of_an_api_client_on_a_lesser_edition_say_so() -> None:
    client = PbxSecret("lapsewatch", "canary-password", Access.API_CLIENT)
    scripted = pbx(sign_in=UNLICENSED)

    assert failed(found(scripted, client)).reason is Reason.API_NOT_LICENSED
    assert scripted.sign_ins() == 1


def test_that_no_way_is_left_but_one_without_a_license_is_said() -> None:
    assert failed(found(pbx(sign_in=UNLICENSED, login=None))).reason is Reason.API_NOT_LICENSED


@pytest.mark.fault("P14")
def test_whatever_a_pbx_answers_it_refuses_credentials_once_at_most() -> None:
    says_what: dict[str, list[Say]] = {
        "sign_in": [token(), raw(401), raw(400), raw(404), raw(502), UNLICENSED],
        "login": [signed_in(), raw(401), raw(403), raw(404), says({"Status": "AuthFailed"}), raw(200, b"<p>")],
        "console_login": [welcomed(), raw(401), raw(404), welcomed(text=b"AuthFailed"), raw(500)],
    }
    for secret, answers in product((USER, NAMED), product(*says_what.values())):
        script = dict(zip(says_what, answers, strict=True))
        scripted = pbx(**script)

        reading = found(scripted, secret)

        tried = [path for path in scripted.paths() if path in SIGN_INS]
        refused = [path for path in tried if _refuses(script[NAMES[path]])]
        assert len(refused) <= 1
        assert not refused or (tried[-1] == refused[0] and isinstance(reading, FailedRead))


def _refuses(answer: Say) -> bool:
    assert isinstance(answer, httpx.Response)
    body = b"".join(getattr(answer.stream, "_chunks", ()))
    return answer is not UNLICENSED and (answer.status_code in {400, 401, 403} or b"AuthFailed" in body)
