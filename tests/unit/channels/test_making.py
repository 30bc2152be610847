"""Channels as the notify function makes them: one for each route, with a secret that is read once in a while."""

import json
from typing import Any

import pytest
from lapsewatch.adapters.channels.means import Means
from lapsewatch.domain.outcomes import Refused
from lapsewatch.domain.routes import Route
from lapsewatch.wiring import aws
from lapsewatch.wiring.channels import channel_of
from lapsewatch.wiring.notify import notifier

from tests.builders import NOW
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


def test_a_route_keeps_its_channel_while_it_is_declared_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    aws.ssm.cache_clear()
    made = notifier()

    assert made.channels(NOC) is made.channels(Route("noc", "slack"))
    assert made.channels(NOC) is not made.channels(Route("boss", "slack"))
