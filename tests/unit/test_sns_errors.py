"""What SNS answers decides whether a message is lost, late, or perhaps out already."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from lapsewatch.adapters.sns import CLOSED, REFUSALS, SnsPublisher
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.notices import notice_of
from lapsewatch.domain.overview import Watched
from lapsewatch.errors import ChannelClosedError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError

from tests.builders import NOW, instance, row, series, state

ENDPOINT = "https://sns.example"


class Client:
    """Answers each publish with an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.calls = 0

    def publish(self, **_: Any) -> Any:
        self.calls += 1
        raise self.error


def outcome(error: Exception) -> tuple[type[Exception], int]:
    """Return what a publish raised when SNS answered with this, and how often SNS was asked."""
    client = Client(error)
    watched = Watched(instance("northwind"), state(running=[series(claimed=10)]))
    notice = notice_of(row(10), watched, NOW, DEFAULT_RULES, "https://page.example", shop=False)
    with pytest.raises((DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError)) as raised:
        SnsPublisher(client, "arn:aws:sns:us-east-1:1:reminders").publish(notice)  # type: ignore[arg-type]  # it has the one call
    return raised.type, client.calls


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Publish")


@pytest.mark.fault("N5")
@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_message_that_is_wrong_in_itself_is_refused_for_good(code: str) -> None:
    assert outcome(answered(code)) == (DeliveryRefusedError, 1)


@pytest.mark.fault("N5")
@pytest.mark.parametrize("code", sorted(CLOSED))
def test_a_topic_that_takes_nothing_refuses_no_message_for_good(code: str) -> None:
    assert outcome(answered(code)) == (ChannelClosedError, 1)


@pytest.mark.fault("N3")
@pytest.mark.parametrize("code", ["Throttling", "ThrottledException", "InternalError", "ServiceUnavailable", "NewCode"])
def test_any_other_answer_means_that_it_was_not_taken(code: str) -> None:
    assert outcome(answered(code)) == (DeliveryFailedError, 1)


@pytest.mark.fault("N3")
@pytest.mark.parametrize(
    "error",
    [EndpointConnectionError(endpoint_url=ENDPOINT), ConnectTimeoutError(endpoint_url=ENDPOINT)],
    ids=["no connection", "connection timed out"],
)
def test_what_was_never_sent_was_not_taken(error: Exception) -> None:
    assert outcome(error) == (DeliveryFailedError, 1)


@pytest.mark.fault("N4")
def test_an_answer_that_was_lost_leaves_the_outcome_open() -> None:
    assert outcome(ReadTimeoutError(endpoint_url=ENDPOINT)) == (DeliveryUnknownError, 1)
