"""The outside watch hears from us after a good run, and its trouble is not ours."""

import asyncio
import logging
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from lapsewatch.adapters.outside_watch import OutsideWatch

from tests.contract.tls_server import NAME, Behavior, TlsServer, cut, head_of, serving


def answering(status: str) -> Behavior:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(f"HTTP/1.1 {status}\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    return answer


def told(behavior: Behavior, *, path: str = "/ping/canary-7c1f?x=1", trusted: bool = True) -> tuple[bool, TlsServer]:
    async def run() -> tuple[bool, TlsServer]:
        async with serving(behavior, name="localhost") as server:
            trust = ssl.create_default_context()
            if trusted:
                server.ca.configure_trust(trust)
            watch = OutsideWatch(f"https://localhost:{server.port}{path}", trust)
            return await asyncio.to_thread(watch.told_all_is_well), server

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def _no_address_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert "canary-7c1f" not in caplog.text


def test_the_address_is_asked_as_it_was_given() -> None:
    heard, server = told(answering("200 OK"))

    assert heard
    assert server.received.startswith(b"GET /ping/canary-7c1f?x=1 HTTP/1.1\r\n")


def test_an_address_without_a_path_is_asked_for_its_root() -> None:
    _, server = told(answering("204 No Content"), path="")

    assert server.received.startswith(b"GET / HTTP/1.1\r\n")


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "503 Service Unavailable"])
def test_a_refusal_is_a_line_in_the_log(status: str, caplog: pytest.LogCaptureFixture) -> None:
    heard, server = told(answering(status))

    assert not heard
    assert server.connections == 1
    assert "refused" in caplog.text


@pytest.mark.parametrize(("behavior", "trusted"), [(cut, False), (answering("junk"), True)])
def test_trouble_on_the_way_stops_nothing(behavior: Behavior, trusted: bool, caplog: pytest.LogCaptureFixture) -> None:
    heard, _ = told(behavior, trusted=trusted)

    assert not heard
    assert "could not be told" in caplog.text


def test_a_name_that_nobody_has_stops_nothing() -> None:
    assert not OutsideWatch(f"https://{NAME}.invalid/ping").told_all_is_well()


def test_without_an_address_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any) -> Any:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr("lapsewatch.adapters.outside_watch.HTTPSConnection", connect)

    assert not OutsideWatch("").told_all_is_well()
