"""Reminders leave by SNS: readable text for e-mail, one line for SMS, JSON for machines."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from lapsewatch.adapters.dynamodb.table import stamp
from lapsewatch.domain.digests import Digest, line_of
from lapsewatch.domain.lines import one_line
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import ChannelClosedError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError

if TYPE_CHECKING:
    from types_boto3_sns.client import SNSClient

log = logging.getLogger(__name__)

SUBJECT_LENGTH = 99
ATTRIBUTE_LENGTH = 256
SMS_LENGTH = 140
DIGEST = "digest"
MOVED = "moved"
DIGEST_BYTES = 200_000
"""How much the notices of a digest may take of the 262,144 that SNS takes in all; the rest is for what frames them."""
REFUSALS = frozenset({"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"})
"""What is wrong with the message itself: it would be refused again."""
CLOSED = frozenset(
    {
        "AuthorizationError",
        "NotFound",
        "EndpointDisabled",
        "KMSAccessDenied",
        "KMSDisabled",
        "KMSInvalidState",
        "KMSNotFound",
        "KMSOptInRequired",
    }
)
"""What is wrong with the topic, its key or our rights: nothing is taken until that is mended, and nothing is lost."""
BEFORE_SENDING = (EndpointConnectionError, ConnectTimeoutError)


class SnsPublisher:
    """Publishes to one topic, one attempt per call: only the ledger may decide to try again."""

    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def fitting(self, notices: Iterable[Notice]) -> int:
        return fitting(notices)

    def publish(self, message: Notice | Digest | Summary) -> str:
        form = form_of(message)
        try:
            answer = self._client.publish(
                TopicArn=self._topic_arn,
                Subject=form.subject,
                Message=json.dumps(form.bodies, ensure_ascii=False),
                MessageStructure="json",
                MessageAttributes=form.attributes,
            )
        except ClientError as error:
            raise _refused_or_failed(error) from error
        except BEFORE_SENDING as error:
            raise DeliveryFailedError("SNS could not be reached") from error
        except BotoCoreError as error:
            raise DeliveryUnknownError("the answer of SNS was lost") from error
        return answer["MessageId"]


def fitting(notices: Iterable[Notice]) -> int:
    """Return how many notices, from the first on, one digest can hold; no more are looked at than that takes."""
    sizes = accumulate(size_in_digest(notice) for notice in notices)
    return sum(1 for _ in takewhile(lambda size: size <= DIGEST_BYTES, sizes))


@dataclass(frozen=True, slots=True)
class Form:
    """A message as SNS takes it."""

    subject: str
    bodies: dict[str, str]
    attributes: Any


def form_of(message: Notice | Digest | Summary) -> Form:
    """Return any message as SNS takes it."""
    if isinstance(message, Digest):
        return digest_form(message)
    return summary_form(message) if isinstance(message, Summary) else notice_form(message)


def summary_form(summary: Summary) -> Form:
    """Return the summary of a sweep as SNS takes it."""
    document = {
        "event": MOVED,
        "event_id": summary.event_id,
        "occurred_at": stamp(summary.occurred_at),
        "severity": summary.severity.value,
        "count": summary.count,
        "shifts": [{"days": days, "count": number} for days, number in sorted(summary.shifts.items())],
        "page_url": summary.page_url,
        "text": summary.text,
    }
    bodies = {"default": json.dumps(document), "email": summary.text + "\n", "sms": summary.headline[:SMS_LENGTH]}
    words = {"event": MOVED, "severity": summary.severity.value}
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in words.items()}
    return Form(subject_of(summary), bodies, attributes)


def notice_form(notice: Notice) -> Form:
    """Return one notice as SNS takes it."""
    return Form(subject_of(notice), bodies_of(notice), attributes_of(notice))


def digest_form(digest: Digest) -> Form:
    """Return a digest as SNS takes it; its attributes match every filter that one of its notices would match."""
    document = {
        "event": DIGEST,
        "event_id": digest.event_id,
        "occurred_at": stamp(digest.occurred_at),
        "severity": digest.severity.value,
        "page_url": digest.page_url,
        "text": digest.headline,
        "notices": [_brief(notice) for notice in digest.notices],
    }
    bodies = {
        "default": json.dumps(document, ensure_ascii=False),
        "email": digest.text + "\n",
        "sms": digest.headline[:SMS_LENGTH],
    }
    return Form(subject_of(digest), bodies, _digest_attributes(digest))


def _digest_attributes(digest: Digest) -> Any:
    notices = digest.notices
    words: dict[str, list[Any]] = {
        "event": [DIGEST, *(notice.event.value for notice in notices)],
        "severity": [notice.severity.value for notice in notices],
        "customer": [attribute_value(notice.customer) for notice in notices],
        "instance_id": [notice.instance_id for notice in notices],
        "clock": [notice.clock.value for notice in notices if notice.clock],
    }
    if milestones := [notice.milestone for notice in notices if notice.milestone is not None]:
        words["milestone"] = milestones
    arrays = {
        name: json.dumps(list(dict.fromkeys(values)), ensure_ascii=False) for name, values in words.items() if values
    }
    return {name: {"DataType": "String.Array", "StringValue": value} for name, value in arrays.items()}


def _brief(notice: Notice) -> dict[str, Any]:
    """Return a notice for machines without its own text: the digest has one."""
    return {name: value for name, value in document_of(notice).items() if name != "text"}


def size_in_digest(notice: Notice) -> int:
    """Return how many bytes a notice adds to a digest at most: its document (escaped once more), text, attributes."""
    document = json.dumps(json.dumps(_brief(notice), ensure_ascii=False), ensure_ascii=False)
    text = json.dumps("\n".join(line_of(notice)), ensure_ascii=False)
    attributes = attribute_value(notice.customer) * 2 + notice.instance_id
    return len((document + text + attributes).encode(errors="replace")) + 64


def subject_of(message: Notice | Digest | Summary) -> str:
    """Return a subject that SNS takes: printable ASCII, one line, at most 99 characters. Total for any name."""
    text = f"[{message.severity}] {message.headline}"
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = one_line(plain)
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
        "clock": notice.clock.value if notice.clock else None,
        "cycle": notice.cycle,
        "milestone": notice.milestone,
        "severity": notice.severity.value,
        "expires_at": stamp(notice.expires_at) if notice.expires_at else None,
        "expires_on": notice.expires_on.isoformat() if notice.expires_on else None,
        "zone": notice.zone,
        "days_left": notice.days_left,
        "last_read_at": stamp(notice.last_read_at) if notice.last_read_at else None,
        "verified": notice.verified,
        "changes": [asdict(change) for change in notice.changes],
        "renew_url": notice.renew_url,
        "page_url": notice.page_url,
        "headline": notice.headline,
        "doubts": list(notice.doubts),
        "text": notice.text,
    }


def attributes_of(notice: Notice) -> Any:
    """Return what subscriptions filter by. SNS takes no empty values, so an absent milestone is left out."""
    words = {
        "event": notice.event.value,
        "severity": notice.severity.value,
        "customer": notice.customer,
        "instance_id": notice.instance_id,
    }
    if notice.clock is not None:
        words["clock"] = notice.clock.value
    attributes = {name: {"DataType": "String", "StringValue": attribute_value(value)} for name, value in words.items()}
    if notice.milestone is not None:
        attributes["milestone"] = {"DataType": "Number", "StringValue": str(notice.milestone)}
    return attributes


def attribute_value(text: str) -> str:
    """Return a value as subscriptions filter by it."""
    return one_line(text)[:ATTRIBUTE_LENGTH] or "-"


def _refused_or_failed(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code in REFUSALS:
        return DeliveryRefusedError(f"SNS refused the message: {code}")
    if code in CLOSED:
        log.error("the topic takes no message", extra={"code": code})
        return ChannelClosedError(f"the topic takes no message: {code}")
    return DeliveryFailedError(f"SNS did not take the message: {code}")
