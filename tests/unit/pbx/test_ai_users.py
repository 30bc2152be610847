"""AI users are a courtesy: whatever happens while counting them, the license has been read."""

import asyncio
import time

import httpx
import pytest
from lapsewatch.adapters.guarded.exchange import Reply, Request
from lapsewatch.adapters.guarded.failures import NotHttpError
from lapsewatch.adapters.pbx.reader import PbxReader

from tests.builders import instance
from tests.lines import ScriptedLine
from tests.unit.pbx.scripted import NOW, SECRET, USERS, Say, good, pbx, raw, read, says
from tests.unit.pbx.scripted import system as system_answer

NEWER = system_answer(Version="20.0.9.117")


def people(count: int, ai: int) -> httpx.Response:
    return says({"value": [{"Id": n, "AIAgent": n < ai} for n in range(count)]})


def test_a_build_that_cannot_filter_is_counted_page_by_page() -> None:
    scripted = pbx(status=NEWER, users=[raw(400), people(100, 4), people(100, 0), people(13, 2)])

    assert good(read(scripted)).license.seats.ai == 6

    pages = [dict(request.url.params) for request in scripted.asked[-3:]]
    assert [(page["$top"], page["$skip"]) for page in pages] == [("100", "0"), ("100", "100"), ("100", "200")]


def test_pages_that_never_end_are_given_up() -> None:
    scripted = pbx(status=NEWER, users=[raw(400), lambda _: people(100, 1)])

    assert good(read(scripted)).license.seats.ai is None
    assert scripted.count(USERS) == 21


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param([raw(401)], id="401"),
        pytest.param([raw(403)], id="403"),
        pytest.param([raw(404)], id="404"),
        pytest.param([raw(500)], id="500"),
        pytest.param([raw(502)], id="502"),
        pytest.param([raw(429, Retry_After="60")], id="429"),
        pytest.param([raw(302, Location="https://elsewhere.example/")], id="redirect"),
        pytest.param([raw(200, b"<html>")], id="html"),
        pytest.param([raw(200, b"[" * 100_000)], id="nested"),
        pytest.param([raw(200, b"x" * 300_000)], id="too large"),
        pytest.param([says({"value": []})], id="no count"),
        pytest.param([says({"@odata.count": "3"})], id="count in quotes"),
        pytest.param([says({"@odata.count": True})], id="true as count"),
        pytest.param([says({"@odata.count": -1})], id="negative"),
        pytest.param([says({"@odata.count": 2**31})], id="too many"),
        pytest.param([says({"@odata.count": 3}, 403)], id="a count that came with an error"),
        pytest.param([raw(400), says({"value": [{"AIAgent": True}]}, 403)], id="users that came with an error"),
        pytest.param([raw(400), says({"value": 7})], id="no list"),
        pytest.param([raw(400), raw(400)], id="400 twice"),
        pytest.param([ConnectionResetError("gone")], id="connection lost"),
        pytest.param([TimeoutError("slow")], id="timeout"),
        pytest.param([raw(400), NotHttpError()], id="lost while paging"),
        pytest.param([RuntimeError("a bug of ours")], id="bug"),
    ],
)
def test_trouble_with_ai_users_never_fails_the_visit(trouble: list[Say]) -> None:
    scripted = pbx(status=NEWER, users=trouble)

    license = good(read(scripted)).license

    assert (license.seats.used, license.seats.ai) == (31, None)


def test_users_that_are_not_objects_are_not_counted() -> None:
    users = says({"value": [{"AIAgent": True}, {"AIAgent": "true"}, {"AIAgent": 1}, None, 5, {}]})
    scripted = pbx(status=NEWER, users=[raw(400), users])

    assert good(read(scripted)).license.seats.ai == 1


def test_a_401_for_ai_users_costs_no_second_sign_in() -> None:
    scripted = pbx(status=NEWER, users=raw(401))

    good(read(scripted))

    assert scripted.sign_ins() == 1


@pytest.mark.fault("P10")
def test_the_deadline_may_pass_while_ai_users_are_counted() -> None:
    class Hanging(ScriptedLine):
        async def ask(self, request: Request, largest: int | None, *, cut: bool = False) -> Reply:
            if request.target.partition("?")[0] == USERS:
                await asyncio.sleep(30)
            return await super().ask(request, largest, cut=cut)

    reader = PbxReader(lines=lambda origin, *_: Hanging(origin, pbx(status=NEWER).answer), deadline=0.2)
    began = time.monotonic()

    reading = asyncio.run(reader.read(instance(), SECRET, NOW, lambda: True))

    assert good(reading).license.seats.ai is None
    assert time.monotonic() - began < 2
