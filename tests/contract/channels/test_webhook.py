"""The webhook over real sockets and real TLS: what each answer means, and what a receiver can check."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
import time_machine
from lapsewatch.adapters.channels.webhook.channel import WebhookChannel
from lapsewatch.adapters.channels.webhook.target import Target
from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.domain.instance import Tls, Trust
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused
from lapsewatch.errors import SettingsError

from local.emulator import free_port
from tests.builders import NOW
from tests.contract.channels.receivers import (
    LOOPBACK,
    answers,
    dribble,
    endless,
    hang,
    hang_up,
    request_of,
    resolve,
)
from tests.contract.tls_server import NAME, Behavior, TlsServer, serving
from tests.guide import verified

SECRET = b"a secret of some length"
MESSAGE = Message("northwind:license#000001#010", {"event": "reminder", "customer": "Zahnärzte 日本"})
PATH = "/hooks/canary-in-the-path?token=canary-in-the-query"


def post_to(
    port: int, tls: Tls | None = None, allowed: tuple[Network, ...] = LOOPBACK, deadline: float = 3.0
) -> Outcome:
    """Post the message once to whatever listens there."""
    channel = WebhookChannel(
        lambda: Target(f"https://{NAME}:{port}{PATH}", SECRET),
        lambda origin: guarded_line(origin, tls or Tls(), allowed, resolve),
        deadline,
    )
    return channel.send(MESSAGE, NOW)


def post(
    behavior: Behavior,
    *,
    trusted: bool = True,
    certificate: str = NAME,
    expired: bool = False,
    allowed: tuple[Network, ...] = LOOPBACK,
    deadline: float = 3.0,
) -> tuple[Outcome, TlsServer]:
    """Serve and post the message once; return what came of it, and the server."""

    async def posted() -> tuple[Outcome, TlsServer]:
        async with serving(behavior, name=certificate, expired=expired) as server:
            tls = Tls(Trust.CA, server.ca_pem) if trusted else Tls()
            return await asyncio.to_thread(post_to, server.port, tls, allowed, deadline), server

    return asyncio.run(posted())


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
def test_every_kind_of_yes_is_a_delivery(status: str) -> None:
    outcome, server = post(answers(status))

    assert outcome == Delivered(f"{NAME}: HTTP {status[:3]}")
    assert server.connections == 1


def test_the_message_is_posted_as_it_is_to_the_very_address() -> None:
    _, server = post(answers("204 No Content"))

    line, headers, body = request_of(server)
    assert line == f"POST {PATH} HTTP/1.1"
    assert json.loads(body) == MESSAGE.document
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "Lapsewatch"
    assert headers["lapsewatch-event-id"] == MESSAGE.event_id
    assert headers["host"] == f"{NAME}:{server.port}"


def test_a_receiver_can_prove_the_signature_with_the_secret_alone() -> None:
    _, server = post(answers("204 No Content"))

    _, headers, body = request_of(server)
    stamp, told = (part.partition("=")[2] for part in headers["lapsewatch-signature"].split(","))
    assert hmac.digest(SECRET, stamp.encode() + b"." + body, hashlib.sha256).hex() == told
    assert int(stamp) == NOW.timestamp()


def test_the_check_that_the_guide_gives_tells_ours_from_all_else() -> None:
    _, headers, body = request_of(post(answers("204 No Content"))[1])
    signature, check, secret = headers["lapsewatch-signature"], verified(), SECRET.decode()

    with time_machine.travel(NOW + timedelta(seconds=10), tick=False):
        assert check(body, signature, secret)
        assert not check(body + b" ", signature, secret)
        assert not check(body, signature, secret + "!")
        assert not check(body, signature.replace("t=", "t=1"), secret)
    with time_machine.travel(NOW + timedelta(seconds=301), tick=False):
        assert not check(body, signature, secret)


@pytest.mark.fault("N11")
@pytest.mark.fault("N5")
@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "413 Too Large"]
)
def test_a_request_that_the_receiver_will_not_have_is_refused_for_good(status: str) -> None:
    outcome, _ = post(answers(status, "Retry-After: 60"))

    assert outcome == Refused(f"{NAME}: HTTP {status[:3]}")


@pytest.mark.fault("N11")
@pytest.mark.parametrize(
    "status", ["429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable"]
)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("Retry-After: 120", 120),
        ("Retry-After: " + format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        ("Retry-After: " + format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("Retry-After: 86400", 3600),
        ("Retry-After: " + "9" * 400, 3600),
        ("Retry-After: in a while", None),
    ],
)
def test_a_receiver_in_trouble_gets_it_later_and_may_say_when(status: str, header: str, seconds: int | None) -> None:
    outcome, _ = post(answers(status, *filter(None, [header])))

    assert outcome == NotYet(f"{NAME}: HTTP {status[:3]}", seconds)


@pytest.mark.fault("N11")
@pytest.mark.parametrize("behavior", [hang, dribble])
def test_a_receiver_that_hangs_costs_the_deadline_and_gets_it_later(behavior: Behavior) -> None:
    began = time.monotonic()

    outcome, _ = post(behavior, deadline=0.5)

    assert outcome == NotYet(f"{NAME}: timeout")
    assert time.monotonic() - began < 2.5


@pytest.mark.fault("N11")
def test_a_receiver_that_hangs_up_gets_it_later() -> None:
    outcome, _ = post(hang_up)

    assert isinstance(outcome, NotYet)
    assert outcome.answer.startswith(f"{NAME}: unreachable")


@pytest.mark.fault("N11")
def test_a_receiver_that_is_down_gets_it_later() -> None:
    assert post_to(free_port()) == NotYet(f"{NAME}: unreachable (ECONNREFUSED)")


@pytest.mark.fault("N11")
def test_a_receiver_that_hangs_up_within_the_handshake_gets_it_later() -> None:
    async def posted() -> Outcome:
        async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(64)
            writer.close()

        async with await asyncio.start_server(closes, "127.0.0.1", 0) as server:
            return await asyncio.to_thread(post_to, server.sockets[0].getsockname()[1])

    outcome = asyncio.run(posted())

    assert isinstance(outcome, NotYet)
    assert outcome.answer.startswith(f"{NAME}: unreachable")


@pytest.mark.fault("N11")
@pytest.mark.parametrize(
    ("trusted", "certificate", "expired", "cause"),
    [
        pytest.param(False, NAME, False, "untrusted", id="nobody knows its authority"),
        pytest.param(True, "other.example", False, "wrong_name", id="another's name"),
        pytest.param(True, NAME, True, "expired", id="expired"),
    ],
)
def test_a_receiver_with_a_wrong_certificate_is_sent_nothing(
    trusted: bool, certificate: str, expired: bool, cause: str
) -> None:
    outcome, server = post(answers("200 OK"), trusted=trusted, certificate=certificate, expired=expired)

    assert isinstance(outcome, Refused)
    assert outcome.answer.startswith(f"{NAME}: {cause} (")
    assert bytes(server.received) == b""


@pytest.mark.fault("N11")
def test_a_receiver_inside_is_dialled_only_where_a_setting_allows_it() -> None:
    outcome, server = post(answers("200 OK"), allowed=())

    assert outcome == Refused(f"{NAME}: blocked_address")
    assert server.connections == 0


def test_the_body_of_an_answer_is_not_even_read() -> None:
    assert post(endless)[0] == Delivered(f"{NAME}: HTTP 200")


@pytest.mark.fault("N11")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed_but_refused(status: str) -> None:
    outcome, server = post(answers(status, f"Location: https://{NAME}/elsewhere"))

    assert outcome == Refused(f"{NAME}: HTTP {status[:3]}")
    assert server.connections == 1


def test_without_a_target_a_message_waits_and_the_answer_says_what_is_missing() -> None:
    def missing() -> Target:
        raise SettingsError("The secret /lapsewatch/test/notify/webhook cannot be read: ParameterNotFound.")

    outcome = WebhookChannel(missing, lambda origin: guarded_line(origin, Tls(), ())).send(MESSAGE, NOW)

    assert outcome == NotYet("The secret /lapsewatch/test/notify/webhook cannot be read: ParameterNotFound.")


@pytest.mark.fault("C5")
def test_neither_the_path_nor_the_query_nor_the_secret_is_in_any_answer_or_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)

    outcomes = [post(answers(status))[0] for status in ("200 OK", "404 Not Found", "500 Oops")]
    outcomes += [post(hang_up)[0], post(answers("200 OK"), trusted=False)[0], post(answers("200 OK"), allowed=())[0]]

    said = f"{outcomes} {caplog.text} {Target(f'https://{NAME}{PATH}', SECRET)}"
    assert "canary" not in said
    assert SECRET.decode() not in said
