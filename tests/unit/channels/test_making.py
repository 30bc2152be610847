"""Channels as the notify function makes them: one for each route, with a secret that is read once in a while."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.secrets import YOUNG, SsmSecret
from lapsewatch.domain.outcomes import NotYet, Refused
from lapsewatch.domain.routes import Route
from lapsewatch.errors import SettingsError
from lapsewatch.wiring import aws
from lapsewatch.wiring.channels import Current, channel_of
from lapsewatch.wiring.notify import notifier

from tests.builders import NOW
from tests.fakes import FakeChannel
from tests.functions.starting import SETTINGS
from tests.unit.channels.messages import MESSAGES

NOC = Route("noc", "slack")


class Parameters:
    """SSM with one parameter, which leads to where nothing may connect to."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def get_parameter(self, **asked: Any) -> Any:
        self.read.append(asked["Name"])
        return {"Parameter": {"Value": json.dumps({"url": "https://127.0.0.1/hook"})}}


def test_a_warm_function_reads_the_secret_of_a_route_once_for_many_messages() -> None:
    ssm = Parameters()
    channel = channel_of(ssm, "/lapsewatch/test", Means(), NOC)  # type: ignore[arg-type]  # it has what is called

    outcomes = [channel.send(message, NOW) for message in MESSAGES.values()]

    assert {type(outcome) for outcome in outcomes} == {Refused}
    assert ssm.read == ["/lapsewatch/test/notify/noc"]


@pytest.mark.fault("N11")
@pytest.mark.parametrize(
    ("age", "url", "outcome"),
    [
        (YOUNG, "https://127.0.0.1/new", NotYet),
        (YOUNG, "https://127.0.0.1/old", Refused),
        (0, "https://127.0.0.1/new", Refused),
        (YOUNG, "nonsense", Refused),
    ],
)
def test_what_an_old_secret_is_refused_for_is_tried_again_by_the_new_one(age: float, url: str, outcome: type) -> None:
    stored, clock, message = ["https://127.0.0.1/old"], [0.0], MESSAGES["reminder"]
    client = SimpleNamespace(get_parameter=lambda **_: {"Parameter": {"Value": stored[0]}})
    secret = SsmSecret(client, "n", text_is_address, "", monotonic=lambda: clock[0])  # type: ignore[arg-type]
    secret.content()
    stored[0], clock[0] = url, age
    refusing = FakeChannel()
    refusing.answers[message.event_id] = Refused("HTTP 404", frozenset({"taken"}))

    found = Current(refusing, secret.replaced).send(message, NOW)

    assert (type(found), found.taken) == (outcome, {"taken"})  # type: ignore[union-attr]  # of both


def text_is_address(text: str) -> str:
    if not text.startswith("https://"):
        raise SettingsError("no address")
    return text


def test_a_route_keeps_its_channel_while_it_is_declared_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    aws.ssm.cache_clear()
    made = notifier()

    assert made.channels(NOC) is made.channels(Route("noc", "slack"))
    assert made.channels(NOC) is not made.channels(Route("boss", "slack"))
