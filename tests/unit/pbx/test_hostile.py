"""Whatever a PBX answers: nothing is raised, nothing is resolved, the memory stays flat and the deadline is kept."""

import asyncio
import json
import resource
import time
from collections.abc import Callable, Iterable
from itertools import chain

import httpx
import pytest
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import FailedRead, Observation, Reading
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.reading import Absorbed, absorb

from tests.builders import EXPIRY, NEW_YORK, instance, series, state
from tests.lines import ScriptedLine
from tests.unit.pbx.hostile import fixed, random
from tests.unit.pbx.scripted import NOW, SECRET, Body, says, signed_in, token, welcomed

DEADLINE = 2.0
BUSY = 5.0
"""Seconds that a machine with other work may take beyond the deadline; without one, a visit would never end."""
FLAT = 48 * 1024
"""Kilobytes by which the peak of the memory may rise once all code has run."""
SIGN_INS: dict[str, Callable[[], httpx.Response]] = {
    "/connect/token": token,
    "/webclient/api/Login/GetAccessToken": signed_in,
    "/api/login": welcomed,
}
WAYS = (Access.API_CLIENT, Access.USER_LOGIN, Access.LEGACY)
ALERTED = state(running=[series(claimed=3, open_alerts=["license#000001#010", "license#000001#003"])])


def answering(status: int, body: bytes, *, at_sign_in: bool) -> Callable[..., ScriptedLine]:
    """Return a host that answers so, to everything or to all but a sign-in."""

    def answer(request: httpx.Request) -> httpx.Response:
        if not at_sign_in and request.url.path in SIGN_INS:
            return SIGN_INS[request.url.path]()
        headers = {"Location": "https://elsewhere.invalid/", "Retry-After": "9" * 40, "Set-Cookie": "x=\x7f"}
        return httpx.Response(status, headers=headers, stream=Body(body))

    return lambda origin, *_: ScriptedLine(origin, answer)


async def visited(answers: Iterable[tuple[int, bytes]]) -> list[tuple[Reading, float]]:
    found = []
    for number, (status, body) in enumerate(answers):
        host = answering(status, body, at_sign_in=number % 5 == 0)
        reader = PbxReader(lines=host, deadline=DEADLINE)
        began = time.monotonic()
        reading = await reader.read(instance(access=WAYS[number % 3]), SECRET, NOW, lambda: True)
        found.append((reading, time.monotonic() - began))
    return found


def harmless(reading: Reading) -> Absorbed:
    """Hold a reading to doing no harm to an instance that was reminded of its date."""
    absorbed = absorb(ALERTED, reading, DEFAULT_RULES, NEW_YORK)
    assert absorbed.resolves == ()
    assert [item.expires_at for item in absorbed.state.series.values()] == [EXPIRY]
    assert absorbed.state.series == ALERTED.series
    assert len(repr(reading)) < 4096
    return absorbed


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def hold(answers: Iterable[tuple[int, bytes]]) -> list[Reading]:
    found = asyncio.run(visited(answers))
    for reading, seconds in found:
        harmless(reading)
        assert seconds < DEADLINE + BUSY
    return [reading for reading, _ in found]


@pytest.mark.fault("P1", "P2", "P3", "P4", "P5", "P7", "P8", "P17", "P20", "P21")
def test_every_answer_that_is_known_to_hurt_does_no_harm() -> None:
    readings = hold(fixed())

    assert len(readings) > 400
    assert {type(reading) for reading in readings} == {Observation, FailedRead}


@pytest.mark.fault("P7")
def test_a_thousand_made_up_answers_do_no_harm() -> None:
    readings = hold(random(7, 1000))

    assert {type(reading) for reading in readings} == {Observation, FailedRead}


@pytest.mark.slow
@pytest.mark.fault("P7", "P9")
def test_twenty_thousand_made_up_answers_do_no_harm_and_leave_the_memory_flat() -> None:
    hold(chain(fixed(), random(1, 500)))
    before = peak()

    for seed in range(40):
        hold(random(seed, 500))

    assert peak() - before < FLAT


@pytest.mark.fault("P19")
@pytest.mark.parametrize("access", WAYS)
def test_a_hostile_sign_in_does_no_harm(access: Access) -> None:
    proofs = ["\r\nX-Evil: 1", "\x00", "é", "x" * 9000, 5, None, {"a": 1}, ["t"]]
    hosts = [
        says(body)
        for proof in proofs
        for body in ({"access_token": proof}, {"Status": "AuthSuccess", "Token": {"access_token": proof}})
    ]
    for host in hosts:
        body = b"".join(host.stream._chunks)  # type: ignore[union-attr]  # a Body of ours
        reader = PbxReader(lines=answering(200, body, at_sign_in=True), deadline=DEADLINE)
        reading = asyncio.run(reader.read(instance(access=access), SECRET, NOW, lambda: True))
        assert isinstance(reading, FailedRead)
        harmless(reading)


def test_the_made_up_answers_are_the_same_for_the_same_seed_and_mostly_json() -> None:
    answers = list(random(3, 200))

    assert answers == list(random(3, 200))
    whole = 0
    for _, body in answers:
        try:
            json.loads(body)
        except ValueError:
            continue
        whole += 1
    assert whole > 100
