"""Each mode breaks what it says, and nothing else."""

import time
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from local.simulator.pbx import Mode, SimulatedPbx
from tests.simulator.live import Caller

STATUS = "SystemStatus"
DATES = ("ExpirationDate", "MaintenanceExpiresAt")


@pytest.fixture
def signed_in(office: Caller) -> Callable[[Mode], Caller]:
    """Return a maker of callers who had signed in before the PBX changed."""
    office.sign_in()

    def into(mode: Mode) -> Caller:
        office.pbx.mode = mode
        return office

    return into


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        (Mode.SENTINEL, "0001-01-01T00:00:00.0000000+00:00"),
        (Mode.NULL, None),
        (Mode.GARBAGE, "soon"),
        (Mode.FAR, "9999-12-31T23:59:59.9999999Z"),
    ],
)
def test_modes_of_dates_change_the_dates_alone(
    signed_in: Callable[[Mode], Caller], mode: Mode, text: str | None
) -> None:
    before = signed_in(Mode.OK).get(STATUS).json()

    after = signed_in(mode).get(STATUS).json()

    assert [after[name] for name in DATES] == [text, text]
    assert {**after, **{name: before[name] for name in DATES}} == before


def test_a_rejecting_pbx_refuses_every_sign_in(office: Caller, enterprise: Caller) -> None:
    office.pbx.mode = enterprise.pbx.mode = Mode.REJECT

    assert (office.sign_in().status_code, enterprise.sign_in().status_code) == (401, 401)


def test_an_unlicensed_pbx_refuses_the_api_client_it_has_and_not_its_users(enterprise: Caller, office: Caller) -> None:
    office.pbx.mode = enterprise.pbx.mode = Mode.UNLICENSED

    assert (office.sign_in().status_code, enterprise.sign_in().status_code) == (200, 403)


def test_a_pbx_that_does_not_count_pages_all_the_same(signed_in: Callable[[Mode], Caller]) -> None:
    caller = signed_in(Mode.NO_COUNT)

    assert caller.get("Users", count="true", top=1).status_code == 400
    assert caller.get("Users", filter="AIAgent eq true").status_code == 400
    assert caller.get("Users", top=100, select="Id,AIAgent").status_code == 200


def test_a_late_pbx_shows_what_the_vendor_knows_a_while_after_the_refresh(signed_in: Callable[[Mode], Caller]) -> None:
    caller = signed_in(Mode.LATE)
    caller.pbx.vendor = replace(caller.pbx.vendor, product_code="3CXLATER")

    assert caller.refresh().status_code == 204
    assert caller.get(STATUS).json()["ProductCode"] != "3CXLATER"
    time.sleep(0.5)
    assert caller.get(STATUS).json()["ProductCode"] == "3CXLATER"


def test_a_forbidding_pbx_lets_users_in_and_shows_them_nothing(signed_in: Callable[[Mode], Caller]) -> None:
    caller = signed_in(Mode.FORBIDDEN)

    assert caller.sign_in().status_code == 200
    assert (caller.get(STATUS).status_code, caller.refresh().status_code) == (403, 403)
    assert caller.get(STATUS).json()["error"]["message"]


@pytest.mark.parametrize(("mode", "status"), [(Mode.HTML, 200), (Mode.UPGRADING, 502), (Mode.REDIRECT, 302)])
def test_modes_of_the_whole_pbx_answer_alike_to_everything(
    signed_in: Callable[[Mode], Caller], mode: Mode, status: int
) -> None:
    caller = signed_in(mode)

    answers = [caller.sign_in(), caller.get(STATUS), caller.refresh(), caller.http.get("/")]

    assert {answer.status_code for answer in answers} == {status}
    assert not any("json" in answer.headers.get("Content-Type", "") for answer in answers)


def test_a_slow_pbx_answers_in_the_end(signed_in: Callable[[Mode], Caller]) -> None:
    caller = signed_in(Mode.SLOW)
    started = time.monotonic()

    answer = caller.get(STATUS)

    assert answer.status_code == 200
    assert time.monotonic() - started >= 0.2


def test_a_hanging_pbx_never_answers(signed_in: Callable[[Mode], Caller]) -> None:
    caller = signed_in(Mode.HANG)
    caller.http.timeout = httpx.Timeout(0.3)

    with pytest.raises(httpx.ReadTimeout):
        caller.get(STATUS)


@pytest.mark.parametrize(("mode", "enough"), [(Mode.HUGE, 5_000_000), (Mode.DRIP, 10)])
def test_an_endless_answer_goes_on_for_as_long_as_it_is_read(
    signed_in: Callable[[Mode], Caller], mode: Mode, enough: int
) -> None:
    caller = signed_in(mode)
    received = 0

    with caller.http.stream("GET", f"/xapi/v1/{STATUS}", headers={"Authorization": f"Bearer {caller.token}"}) as answer:
        for block in answer.iter_raw():
            received += len(block)
            if received >= enough:
                break

    assert received >= enough
    assert caller.sign_in().status_code == 200


def test_a_broken_pbx_does_not_disturb_its_neighbors(office: Caller, enterprise: Caller) -> None:
    office.pbx.mode = Mode.HANG
    office.http.timeout = httpx.Timeout(0.2)

    with pytest.raises(httpx.ReadTimeout):
        office.sign_in()

    assert enterprise.sign_in().status_code == 200


def test_a_mended_pbx_answers_again(signed_in: Callable[[Mode], Caller]) -> None:
    broken: SimulatedPbx = signed_in(Mode.UPGRADING).pbx

    assert signed_in(Mode.OK).get(STATUS).json()["FQDN"] == broken.fqdn
