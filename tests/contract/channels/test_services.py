"""Every service over real sockets and real TLS: what it is sent, and what each of its answers means."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from lapsewatch.adapters.channels.opsgenie.channel import OpsgenieChannel
from lapsewatch.adapters.channels.pagerduty.channel import PagerDutyChannel
from lapsewatch.adapters.channels.post import DEADLINE, Connect
from lapsewatch.adapters.channels.slack.channel import SlackChannel
from lapsewatch.adapters.channels.targets import Account, Address, Region
from lapsewatch.adapters.channels.teams.channel import TeamsChannel
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.domain.instance import Tls
from lapsewatch.domain.late import without_late
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused
from lapsewatch.errors import SettingsError
from lapsewatch.ports import Channel

from local.emulator import free_port
from tests.builders import KEY as LICENSE_KEY
from tests.builders import NOW, series, state
from tests.contract.channels.receivers import (
    LOOPBACK,
    Request,
    Service,
    answers,
    dribble,
    hang,
    hang_up,
    resolve,
    sent,
)
from tests.contract.tls_server import NAME, Behavior
from tests.unit.channels.messages import MESSAGES, many, message_of, notice
from tests.unit.channels.services import opsgenie_faults, pagerduty_faults, slack_faults, teams_faults

SECRET = "canaryC4NARYcanaryC4NARYcanary00"
REMINDER = MESSAGES["reminder"]


@dataclass(frozen=True)
class Kind:
    """How a channel of a kind is made for a server on a port, and what its service takes and says."""

    channel: Callable[[int, Connect, float], Channel]
    faults: Callable[[Request], list[str]]
    yes: tuple[str, str]
    in_parts: bool = False


def slack(port: int, connect: Connect, deadline: float = DEADLINE) -> Channel:
    return SlackChannel(lambda: Address(f"https://{NAME}:{port}/services/T0/B0/{SECRET}"), connect, deadline)


def teams(port: int, connect: Connect, deadline: float = DEADLINE) -> Channel:
    return TeamsChannel(lambda: Address(f"https://{NAME}:{port}/workflows/x?sig={SECRET}"), connect, deadline)


def pagerduty(port: int, connect: Connect, deadline: float = DEADLINE) -> Channel:
    class Here(PagerDutyChannel):
        bases: ClassVar[Mapping[Region, str]] = {Region.EU: f"https://{NAME}:{port}"}

    return Here(lambda: Account(SECRET, Region.EU), connect, deadline)


def opsgenie(port: int, connect: Connect, deadline: float = DEADLINE) -> Channel:
    class Here(OpsgenieChannel):
        bases: ClassVar[Mapping[Region, str]] = {Region.EU: f"https://{NAME}:{port}"}

    return Here(lambda: Account(SECRET, Region.EU), connect, deadline)


def of_pagerduty(request: Request) -> list[str]:
    wrong = ["routing_key"] if request.body.get("routing_key") != SECRET else []
    return wrong + pagerduty_faults(request.path, request.body)


def of_opsgenie(request: Request) -> list[str]:
    wrong = ["key"] if request.headers.get("authorization") != f"GenieKey {SECRET}" else []
    return wrong + opsgenie_faults(request.path, request.body)


def of_slack(request: Request) -> list[str]:
    return slack_faults(request.body) + ([] if request.path == f"/services/T0/B0/{SECRET}" else ["path"])


def of_teams(request: Request) -> list[str]:
    return teams_faults(request.body) + ([] if request.path == f"/workflows/x?sig={SECRET}" else ["path"])


ACCEPTED = "202 Accepted"
KINDS = {
    "slack": Kind(slack, of_slack, ("200 OK", "ok")),
    "teams": Kind(teams, of_teams, (ACCEPTED, "")),
    "pagerduty": Kind(pagerduty, of_pagerduty, (ACCEPTED, '{"status":"success"}'), in_parts=True),
    "opsgenie": Kind(opsgenie, of_opsgenie, (ACCEPTED, '{"result":"Request will be processed"}'), in_parts=True),
}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
in_parts = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.in_parts], ids=["pagerduty", "opsgenie"]
)


def send(kind: Kind, behavior: Behavior, message: Message = REMINDER, deadline: float = 3.0, **like: Any) -> Outcome:
    return sent(behavior, lambda port, connect: kind.channel(port, connect, deadline).send(message, NOW), **like)[0]


def well(kind: Kind) -> Service:
    return Service(kind.faults, lambda _: kind.yes)


@every_kind
@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_service_takes_every_kind_of_message(kind: Kind, message: Message) -> None:
    service = well(kind)

    outcome = send(kind, service.behave, message)

    assert outcome == Delivered(f"{NAME}: HTTP {kind.yes[0][:3]}")
    assert len(service.requests) == (len(message.notices) or 1 if kind.in_parts else 1)
    assert LICENSE_KEY not in json.dumps([request.body for request in service.requests])


@every_kind
def test_a_service_takes_the_largest_digest(kind: Kind) -> None:
    service = well(kind)

    outcome = send(kind, service.behave, message_of(many(120, "\U0001f9b7" * 300, "Ü" * 300)), deadline=30)

    assert isinstance(outcome, Delivered), outcome


@pytest.mark.fault("N11")
@pytest.mark.fault("N5")
@every_kind
@pytest.mark.parametrize("status", ["400 Bad Request", "401 No", "403 No", "404 Not Found", "410 Gone", "422 No"])
def test_what_a_service_will_not_have_is_refused_for_good(kind: Kind, status: str) -> None:
    assert send(kind, answers(status)) == Refused(f"{NAME}: HTTP {status[:3]}")


@pytest.mark.fault("N11")
@every_kind
@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Oops", "502 Bad Gateway", "503 Unavailable"])
def test_a_service_in_trouble_gets_it_later_and_may_say_when(kind: Kind, status: str) -> None:
    assert send(kind, answers(status, "Retry-After: 30")) == NotYet(f"{NAME}: HTTP {status[:3]}", 30)


@pytest.mark.fault("N11")
@every_kind
@pytest.mark.parametrize("behavior", [hang, dribble])
def test_a_service_that_hangs_costs_the_deadline_and_gets_it_later(kind: Kind, behavior: Behavior) -> None:
    assert send(kind, behavior, deadline=0.5) == NotYet(f"{NAME}: timeout")


@pytest.mark.fault("N11")
@every_kind
def test_a_service_that_is_away_or_hangs_up_gets_it_later(kind: Kind) -> None:
    channel = kind.channel(free_port(), lambda origin: guarded_line(origin, Tls(), LOOPBACK, resolve), 3.0)

    assert isinstance(channel.send(REMINDER, NOW), NotYet)
    assert isinstance(send(kind, hang_up), NotYet)


@pytest.mark.fault("N11")
@every_kind
def test_whoever_is_not_the_service_is_sent_nothing(kind: Kind) -> None:
    outcome, server = sent(
        answers("200 OK", body=b"ok"),
        lambda port, connect: kind.channel(port, connect, 3.0).send(REMINDER, NOW),
        name="other.example",
    )

    assert isinstance(outcome, Refused)
    assert outcome.answer.startswith(f"{NAME}: wrong_name")
    assert bytes(server.received) == b""


@every_kind
def test_an_address_inside_is_dialled_only_where_a_setting_allows_it(kind: Kind) -> None:
    channel = kind.channel(free_port(), lambda origin: guarded_line(origin, Tls(), (), resolve), 3.0)

    assert channel.send(REMINDER, NOW) == Refused(f"{NAME}: blocked_address")


@every_kind
def test_a_redirect_is_not_followed_but_refused(kind: Kind) -> None:
    assert send(kind, answers("302 Found", f"Location: https://{NAME}/")) == Refused(f"{NAME}: HTTP 302")


@pytest.mark.fault("N10")
@every_kind
def test_a_reminder_whose_cycle_is_over_never_reaches_the_service_and_the_rest_of_a_digest_does(kind: Kind) -> None:
    service, late = well(kind), notice(10)
    states = {late.instance_id: state(running=[series(cycle=2)])}
    alone = without_late(message_of(late), states, lambda _: False)
    digest = without_late(message_of([late, notice(3, instance_id="contoso", name="Contoso")]), states, lambda _: False)

    assert alone is None
    assert digest is not None
    assert isinstance(send(kind, service.behave, digest), Delivered)
    told = json.dumps([request.body for request in service.requests])
    assert "Contoso" in told
    assert "Northwind Cardiology" not in told


@pytest.mark.fault("C3")
@pytest.mark.parametrize("kind", [SlackChannel, TeamsChannel, PagerDutyChannel, OpsgenieChannel])
def test_without_a_target_a_message_waits_and_the_answer_says_what_is_missing(kind: Callable[..., Channel]) -> None:
    def missing() -> Any:
        raise SettingsError("The secret cannot be read: store it.")

    assert kind(missing, lambda origin: guarded_line(origin, Tls(), ())).send(REMINDER, NOW) == NotYet(
        "The secret cannot be read: store it."
    )


@pytest.mark.fault("C5")
@every_kind
def test_no_secret_is_in_any_answer(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    outcomes = [send(kind, answers(status, body=SECRET.encode())) for status in ("200 OK", "404 No", "500 Oops")]
    outcomes += [send(kind, hang_up), send(kind, answers("200 OK"), name="other.example")]

    assert SECRET not in f"{outcomes} {caplog.text}"


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        ("404 Not Found", b"no_service", Refused(f"{NAME}: HTTP 404 (no_service)")),
        ("410 Gone", b"channel_is_archived", Refused(f"{NAME}: HTTP 410 (channel_is_archived)")),
        ("500 Oops", b"rollup_error", NotYet(f"{NAME}: HTTP 500 (rollup_error)")),
        ("200 OK", b"<html>Welcome", Refused(f"{NAME}: HTTP 200, but not Slack's ok")),
        ("200 OK", b"", Refused(f"{NAME}: HTTP 200, but not Slack's ok")),
        ("404 Not Found", b"<html>" * 99_999, Refused(f"{NAME}: HTTP 404")),
    ],
)
def test_slack_says_ok_or_why_not(status: str, said: bytes, outcome: Outcome) -> None:
    assert send(KINDS["slack"], answers(status, body=said)) == outcome


@pytest.mark.fault("N11")
@in_parts
def test_a_digest_that_is_too_much_for_one_minute_goes_on_where_it_ended(kind: Kind) -> None:
    """A service takes 20 requests, and more only after a while."""
    message, keys, left = message_of(many(50)), [], [20]

    def limited(request: Request) -> tuple[str, str]:
        if not left[0]:
            return "429 Too Many Requests", ""
        left[0] -= 1
        keys.append(request.body.get("dedup_key") or request.body.get("alias") or request.path)
        return kind.yes

    def thrice(port: int, connect: Connect) -> Outcome:
        channel = kind.channel(port, connect, 10.0)
        first = channel.send(message, NOW)
        assert isinstance(first, NotYet)
        assert (first.answer, len(first.taken)) == (f"{NAME}: HTTP 429; 20 of 50 parts were taken", 20)
        left[0] = 20
        assert isinstance(channel.send(message, NOW), NotYet)
        left[0] = 20
        return channel.send(message, NOW)

    outcome, _ = sent(Service(kind.faults, limited).behave, thrice)

    assert isinstance(outcome, Delivered)
    assert len(keys) == len(set(keys)) == 50


@pytest.mark.fault("N11")
@in_parts
def test_a_notice_that_is_refused_does_not_take_the_others_with_it(kind: Kind) -> None:
    taken = []

    def picky(request: Request) -> tuple[str, str]:
        if "pbx-0003" in request.path + json.dumps(request.body):
            return "400 Bad Request", ""
        taken.append(request)
        return kind.yes

    outcome = send(kind, Service(kind.faults, picky).behave, message_of(many(5)))

    assert isinstance(outcome, Refused)
    assert outcome.answer == f"{NAME}: HTTP 400; 4 of 5 parts were taken"
    assert (len(taken), len(outcome.taken)) == (4, 4)


@in_parts
def test_a_digest_goes_over_one_connection(kind: Kind) -> None:
    _, server = sent(
        well(kind).behave, lambda port, connect: kind.channel(port, connect, 10.0).send(message_of(many(30)), NOW)
    )

    assert server.connections == 1


@in_parts
def test_a_deadline_within_a_digest_keeps_what_was_taken(kind: Kind) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await well(kind).behave(reader, Stalling(writer, after=2))  # type: ignore[arg-type]  # it has what is called

    outcome = send(kind, slow, message_of(many(5)), deadline=0.7)

    assert isinstance(outcome, NotYet)
    assert (outcome.answer, len(outcome.taken)) == (f"{NAME}: timeout; 2 of 5 parts were taken", 2)


class Stalling:
    """A writer that falls silent after some answers."""

    def __init__(self, writer: asyncio.StreamWriter, after: int) -> None:
        self._writer = writer
        self._left = after

    def write(self, data: bytes) -> None:
        self._left -= 1
        if self._left >= 0:
            self._writer.write(data)

    async def drain(self) -> None:
        await self._writer.drain()
