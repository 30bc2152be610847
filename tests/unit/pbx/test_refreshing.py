"""A refresh over the wire: the PBX asks the vendor, and is read until a date moves or patience ends."""

import asyncio

import pytest
from lapsewatch.adapters.guarded.exchange import Reply, Request
from lapsewatch.adapters.pbx.reader import LONGEST_REFRESH, PbxReader
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import License, Reason
from lapsewatch.wiring.aws import WAIT_FOR_RENDER

from tests.builders import EXPIRY, instance, utc
from tests.lines import ScriptedLine
from tests.unit.pbx.scripted import (
    NEW,
    NOW,
    OLD,
    REFRESH,
    SECRET,
    STATUS,
    Pauses,
    failed,
    good,
    pbx,
    raw,
    refresh,
    system,
)

BEFORE = License(expires_at=EXPIRY, maintenance_expires_at=EXPIRY)
RENEWED = utc(2027, 6, 20, 16)


def test_a_refresh_posts_once_and_then_reads() -> None:
    scripted = pbx(status=system(ExpirationDate=NEW))

    license = good(refresh(scripted, BEFORE)).license

    assert license.expires_at == RENEWED
    assert [(request.method, request.url.path) for request in scripted.asked[1:]] == [
        ("POST", REFRESH),
        ("GET", STATUS),
    ]


@pytest.mark.parametrize("moved", ["ExpirationDate", "MaintenanceExpiresAt"])
def test_it_is_read_with_growing_pauses_until_a_date_moves(moved: str) -> None:
    pauses = Pauses()
    scripted = pbx(status=[system(), system(), system(**{moved: NEW}), system()])

    seen = good(refresh(scripted, BEFORE, sleep=pauses))

    assert RENEWED in {seen.license.expires_at, seen.license.maintenance_expires_at}
    assert pauses.slept == [0.0, 0.5, 1.0]


def test_a_date_that_is_gone_is_not_a_new_one() -> None:
    scripted = pbx(status=[system(ExpirationDate=None, MaintenanceExpiresAt=None), system(ExpirationDate=NEW)])

    assert good(refresh(scripted, BEFORE)).license.expires_at == RENEWED


def test_a_pbx_that_was_never_read_is_read_once() -> None:
    scripted = pbx()

    good(refresh(scripted, None))

    assert scripted.count(STATUS) == 1


def test_patience_ends_and_the_last_read_counts() -> None:
    pauses = Pauses()

    seen = good(refresh(pbx(), BEFORE, patience=15.0, sleep=pauses))

    assert seen.license.expires_at == EXPIRY
    assert pauses.slept == [0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 4.0, 0.5]


def test_a_read_that_fails_on_the_way_is_tried_again() -> None:
    scripted = pbx(status=[raw(500), ConnectionResetError("gone"), system(ExpirationDate=NEW)])

    assert good(refresh(scripted, BEFORE)).license.expires_at == RENEWED


def test_a_good_read_outlives_the_failures_after_it() -> None:
    scripted = pbx(status=[system(ExpirationDate=OLD), raw(500)])

    assert good(refresh(scripted, BEFORE, patience=3.0)).license.expires_at == EXPIRY


def test_if_every_read_fails_the_last_failure_is_the_result() -> None:
    scripted = pbx(status=[raw(500), raw(403)])

    assert failed(refresh(scripted, BEFORE, patience=3.0)).reason is Reason.FORBIDDEN


def test_a_pbx_that_asks_to_wait_is_not_read_again() -> None:
    scripted = pbx(status=raw(503, Retry_After="60"))

    reading = failed(refresh(scripted, BEFORE))

    assert (reading.reason, reading.retry_after) == (Reason.UPGRADING, 60)
    assert scripted.count(STATUS) == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(403, Reason.FORBIDDEN), (404, Reason.TOO_OLD), (500, Reason.BAD_ANSWER)]
)
def test_a_refused_refresh_reads_nothing_and_says_why(status: int, reason: Reason) -> None:
    scripted = pbx(refresh=raw(status))

    assert failed(refresh(scripted, BEFORE)).reason is reason
    assert scripted.count(STATUS) == 0


def test_ai_users_are_counted_after_the_last_read_only() -> None:
    scripted = pbx(status=[system(Version="20.0.9.1"), system(Version="20.0.9.1", ExpirationDate=NEW)])

    assert good(refresh(scripted, BEFORE)).license.seats.ai == 3
    assert scripted.paths()[-3:] == [STATUS, STATUS, "/xapi/v1/Users"]


@pytest.mark.fault("A6")
@pytest.mark.parametrize(("slow", "asked"), [("/connect/token", False), (REFRESH, True), (STATUS, True)])
def test_a_refresh_that_takes_too_long_says_whether_the_pbx_was_asked(slow: str, asked: bool) -> None:
    class Slow(ScriptedLine):
        async def ask(self, request: Request, largest: int | None, *, cut: bool = False) -> Reply:
            if request.target.partition("?")[0] == slow:
                await asyncio.sleep(30)
            return await super().ask(request, largest, cut=cut)

    reader = PbxReader(lines=lambda origin, *_: Slow(origin, pbx().answer), deadline=0.1, sleep=Pauses())

    reading = failed(asyncio.run(reader.refresh(instance(access=Access.API_CLIENT), SECRET, NOW, BEFORE, 0.1)))

    assert (reading.reason, reading.asked) == (Reason.TIMEOUT, asked)


@pytest.mark.fault("A6")
def test_no_refresh_is_waited_for_longer_than_its_caller_waits_for_us() -> None:
    assert LONGEST_REFRESH + WAIT_FOR_RENDER < 25
