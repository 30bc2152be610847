"""Reminders leave by SNS: readable text for e-mail, one line for SMS, JSON for machines."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from lapsewatch.adapters.dynamodb.table import stamp
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError

if TYPE_CHECKING:
    from types_boto3_sns.client import SNSClient

SUBJECT_LENGTH = 99
ATTRIBUTE_LENGTH = 256
SMS_LENGTH = 140
REFUSALS = frozenset(
    {
        "InvalidParameter",
        "InvalidParameterValue",
        "ParameterValueInvalid",
        "AuthorizationError",
        "NotFound",
        "EndpointDisabled",
        "KMSAccessDenied",
        "KMSDisabled",
        "KMSInvalidState",
        "KMSNotFound",
    }
)
BEFORE_SENDING = (EndpointConnectionError, ConnectTimeoutError)


class SnsPublisher:
    """Publishes to one topic, one attempt per call: only the ledger may decide to try again."""

    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, notice: Notice) -> str:
        try:
            answer = self._client.publish(
                TopicArn=self._topic_arn,
                Subject=subject_of(notice),
                Message=json.dumps(bodies_of(notice), ensure_ascii=False),
                MessageStructure="json",
                MessageAttributes=attributes_of(notice),
            )
        except ClientError as error:
            raise _refused_or_failed(error) from error
        except BEFORE_SENDING as error:
            raise DeliveryFailedError("SNS could not be reached") from error
        except BotoCoreError as error:
            raise DeliveryUnknownError("the answer of SNS was lost") from error
        return answer["MessageId"]


def subject_of(notice: Notice) -> str:
    """Return a subject that SNS takes: printable ASCII, one line, at most 99 characters. Total for any name."""
    text = f"[{notice.severity}] {notice.headline}"
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = " ".join("".join(c if c.isprintable() else " " for c in plain).split())
    return words if len(words) <= SUBJECT_LENGTH else words[: SUBJECT_LENGTH - 3].rstrip() + "..."


def bodies_of(notice: Notice) -> dict[str, str]:
    """Return the message in each protocol's form."""
    return {
        "default": json.dumps(document_of(notice), ensure_ascii=False),
        "email": notice.text + "\n",
        "sms": notice.headline[:SMS_LENGTH],
    }


def document_of(notice: Notice) -> dict[str, Any]:
    """Return the message as machines get it."""
    return {
        "event": notice.event.value,
        "event_id": notice.event_id,
        "dedup_key": notice.dedup_key,
        "occurred_at": stamp(notice.occurred_at),
        "instance_id": notice.instance_id,
        "name": notice.name,
        "customer": notice.customer,
        "fqdn": notice.fqdn,
        "clock": notice.clock.value,
        "cycle": notice.cycle,
        "milestone": notice.milestone,
        "severity": notice.severity.value,
        "expires_at": stamp(notice.expires_at) if notice.expires_at else None,
        "expires_on": notice.expires_on.isoformat() if notice.expires_on else None,
        "days_left": notice.days_left,
        "last_read_at": stamp(notice.last_read_at) if notice.last_read_at else None,
        "verified": notice.verified,
        "renew_url": notice.renew_url,
        "page_url": notice.page_url,
        "text": notice.text,
    }


def attributes_of(notice: Notice) -> Any:
    """Return what subscriptions filter by. SNS takes no empty values, so an absent milestone is left out."""
    words = {
        "event": notice.event.value,
        "severity": notice.severity.value,
        "customer": notice.customer,
        "instance_id": notice.instance_id,
        "clock": notice.clock.value,
    }
    attributes = {name: {"DataType": "String", "StringValue": _one_line(value)} for name, value in words.items()}
    if notice.milestone is not None:
        attributes["milestone"] = {"DataType": "Number", "StringValue": str(notice.milestone)}
    return attributes


def _one_line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:ATTRIBUTE_LENGTH] or "-"


def _refused_or_failed(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code in REFUSALS:
        return DeliveryRefusedError(f"SNS refused the message: {code}")
    return DeliveryFailedError(f"SNS did not take the message: {code}")
