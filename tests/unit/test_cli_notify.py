"""Which route a test is sent by."""

import pytest
from lapsewatch.domain.routes import WEBHOOK, Route
from lapsewatch.errors import InvalidRequestError

from cli.notify import route_named, trial
from tests.builders import NOW

NOC, CHAT = Route("noc", "webhook"), Route("chat", "webhook")


def test_without_a_name_the_only_route_is_meant() -> None:
    assert route_named((), None) is WEBHOOK
    assert route_named((NOC,), None) is NOC
    assert route_named((NOC, CHAT), "chat") is CHAT


@pytest.mark.parametrize(("name", "said"), [(None, "Say which route"), ("boss", "boss is none")])
def test_a_route_that_is_not_there_is_answered_by_those_that_are(name: str | None, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"{said} of chat, noc"):
        route_named((NOC, CHAT), name)


def test_a_test_says_that_it_is_one_and_by_which_route_it_came() -> None:
    message = trial("https://p", NOW, "noc")

    assert message.document["event"] == "test"
    assert "test of the route noc" in message.document["text"]
