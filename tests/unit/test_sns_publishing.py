"""Publishing to SNS: what is handed over, and what each refusal means for a second try."""

import json
import logging
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from lapsewatch.adapters.sns import SnsPublisher, form_of
from lapsewatch.domain.digests import Digest, digest_of
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.moves import Summary, Sweep, summary_of
from lapsewatch.domain.notices import Notice, notice_of
from lapsewatch.errors import ChannelClosedError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError

from tests.builders import NOW, instance, row, watched

TOPIC = "arn:aws:sns:eu-central-1:111122223333:reminders"
URL = "https://sns.eu-central-1.amazonaws.com"
PAGE = "https://licenses.example.com"
NOTICE = notice_of(row(10), watched(instance(name="Zahnärzte Müller")), NOW, DEFAULT_RULES, PAGE, shop=True)
DIGEST = digest_of([NOTICE], PAGE, NOW)
SUMMARY = summary_of(Sweep(NOW, {365: 2, 91: 40}), PAGE)


class Topic:
    """An SNS client that takes one message, or raises what the test says."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.taken: list[dict[str, Any]] = []

    def publish(self, **message: Any) -> dict[str, str]:
        self.taken.append(message)
        if self.trouble is not None:
            raise self.trouble
        return {"MessageId": "5f0c9a3e"}


def publish(topic: Topic, message: Notice | Digest | Summary = NOTICE) -> str:
    return SnsPublisher(topic, TOPIC).publish(message)  # type: ignore[arg-type]


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Publish")


@pytest.mark.parametrize("message", [NOTICE, DIGEST, SUMMARY], ids=["notice", "digest", "summary"])
def test_a_message_is_handed_over_in_every_form_and_its_id_comes_back(message: Notice | Digest | Summary) -> None:
    topic = Topic()

    message_id = publish(topic, message)

    form = form_of(message)
    assert message_id == "5f0c9a3e"
    assert topic.taken == [
        {
            "TopicArn": TOPIC,
            "Subject": form.subject,
            "Message": json.dumps(form.bodies, ensure_ascii=False),
            "MessageStructure": "json",
            "MessageAttributes": form.attributes,
        }
    ]


@pytest.mark.parametrize(
    "code",
    [
        "InvalidParameter",
        "InvalidParameterValue",
        "ParameterValueInvalid",
    ],
)
def test_what_sns_will_refuse_again_is_refused_for_good(code: str) -> None:
    with pytest.raises(DeliveryRefusedError, match=code):
        publish(Topic(refused(code)))


@pytest.mark.parametrize(
    "code",
    [
        "AuthorizationError",
        "NotFound",
        "EndpointDisabled",
        "KMSAccessDenied",
        "KMSDisabled",
        "KMSInvalidState",
        "KMSNotFound",
    ],
)
def test_a_topic_that_takes_nothing_is_closed_and_refuses_no_message_for_good(code: str) -> None:
    with pytest.raises(ChannelClosedError, match=code):
        publish(Topic(refused(code)))


def test_a_closed_topic_is_logged_with_what_sns_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(ChannelClosedError):
        publish(Topic(refused("KMSDisabled")))

    assert [(record.message, vars(record)["code"]) for record in caplog.records] == [
        ("the topic takes no message", "KMSDisabled")
    ]


@pytest.mark.parametrize("code", ["Throttled", "ThrottledException", "InternalError", "KMSThrottling", "ExpiredToken"])
def test_what_sns_may_take_later_has_failed(code: str) -> None:
    with pytest.raises(DeliveryFailedError, match=code):
        publish(Topic(refused(code)))


@pytest.mark.parametrize(
    "trouble", [EndpointConnectionError(endpoint_url=URL), ConnectTimeoutError(endpoint_url=URL)], ids=repr
)
def test_what_never_reached_sns_has_failed(trouble: Exception) -> None:
    with pytest.raises(DeliveryFailedError, match=r"^SNS could not be reached$"):
        publish(Topic(trouble))


@pytest.mark.parametrize(
    "trouble",
    [ReadTimeoutError(endpoint_url=URL), ConnectionClosedError(endpoint_url=URL), BotoCoreError()],
    ids=repr,
)
def test_what_may_have_reached_sns_is_unknown(trouble: Exception) -> None:
    with pytest.raises(DeliveryUnknownError, match=r"^the answer of SNS was lost$"):
        publish(Topic(trouble))


def test_the_summary_of_a_sweep_says_the_same_in_every_form() -> None:
    form = form_of(SUMMARY)

    assert form.subject == "[INFO] 42 licenses were extended at once, most by 91 days"
    assert json.loads(form.bodies["default"]) == {
        "event": "moved",
        "event_id": "moved:20260610T130000Z",
        "occurred_at": "2026-06-10T13:00:00Z",
        "severity": "INFO",
        "count": 42,
        "shifts": [{"days": 91, "count": 40}, {"days": 365, "count": 2}],
        "page_url": f"{PAGE}/",
        "text": SUMMARY.text,
    }
    assert form.bodies["email"] == SUMMARY.text + "\n"
    assert form.bodies["sms"] == "42 licenses were extended at once, most by 91 days"
    assert set(form.bodies) == {"default", "email", "sms"}
    assert form.attributes == {
        "event": {"DataType": "String", "StringValue": "moved"},
        "severity": {"DataType": "String", "StringValue": "INFO"},
    }
