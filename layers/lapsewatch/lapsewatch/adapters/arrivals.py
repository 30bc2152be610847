"""The topic's messages as a queue hands them over: what is used is checked, what is unknown is passed on."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from lapsewatch.adapters.messages import INSTANCE_ID
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.messages import Arrival, Malformed, Message, Told, Trigger
from lapsewatch.domain.routes import ROUTE_NAME

LONGEST_REASON = 200


class Checked(BaseModel):
    """What every document has. Fields that are not named stay in it."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    event_id: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,256}$")]
    """Fit to be a header, since it becomes one."""

    def document(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_unset=True)


class TriggerDocument(Checked):
    event: Literal[Event.REMINDER, Event.EXPIRED]
    severity: Severity
    instance_id: Annotated[str, StringConstraints(pattern=INSTANCE_ID)]
    clock: Clock
    cycle: Annotated[int, Field(strict=True, ge=1)]

    def told(self) -> tuple[Told, ...]:
        trigger = Trigger(self.instance_id, self.clock, self.cycle)
        return (Told(self.event, self.severity, self.document(), trigger),)


class NewsDocument(Checked):
    event: Literal[Event.RESOLVED, Event.CHANGED]
    severity: Severity

    def told(self) -> tuple[Told, ...]:
        return (Told(self.event, self.severity, self.document()),)


type NoticeDocument = Annotated[TriggerDocument | NewsDocument, Field(discriminator="event")]


class DigestDocument(Checked):
    event: Literal["digest"]
    notices: Annotated[
        list[Annotated[TriggerDocument | NewsDocument, Field(discriminator="event")]], Field(min_length=1)
    ]

    def told(self) -> tuple[Told, ...]:
        return tuple(told for notice in self.notices for told in notice.told())


class SummaryDocument(Checked):
    event: Literal["moved", "outlook"]

    def told(self) -> tuple[Told, ...]:
        return ()


class RoutedDocument(Checked):
    """A message that was spread: on which route it is."""

    event: Literal["routed"]
    route: Annotated[str, StringConstraints(pattern=ROUTE_NAME)]
    escalated_from: Annotated[str, StringConstraints(pattern=ROUTE_NAME)] | None = None
    message: Annotated[TriggerDocument | NewsDocument | DigestDocument | SummaryDocument, Field(discriminator="event")]


type AnyDocument = TriggerDocument | NewsDocument | DigestDocument | SummaryDocument | RoutedDocument

DOCUMENT: TypeAdapter[AnyDocument] = TypeAdapter(
    Annotated[
        TriggerDocument | NewsDocument | DigestDocument | SummaryDocument | RoutedDocument,
        Field(discriminator="event"),
    ]
)


def arrivals_of(event: dict[str, Any]) -> list[Arrival]:
    """Return what an SQS event holds, malformed messages too."""
    return [
        Arrival(
            message_id=record["messageId"],
            receipt=record["receiptHandle"],
            receives=int(record["attributes"]["ApproximateReceiveCount"]),
            body=record["body"],
            message=message_of(record["body"]),
        )
        for record in event["Records"]
    ]


def message_of(body: str) -> Message | Malformed:
    """Read a message as it stands in a queue."""
    try:
        found = DOCUMENT.validate_json(body)
    except ValidationError as error:
        # Where and what is wrong, never the value: it may be anything.
        wrong = (f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['type']}" for problem in error.errors())
        return Malformed("; ".join(wrong)[:LONGEST_REASON])
    if isinstance(found, RoutedDocument):
        inner = found.message
        return Message(inner.event_id, inner.document(), inner.told(), found.route, found.escalated_from)
    return Message(found.event_id, found.document(), found.told())


def routed_body(message: Message) -> str:
    """Return a message that is on a route as it stands in the queue."""
    document = {
        "event": "routed",
        "event_id": message.event_id,
        "route": message.route,
        "escalated_from": message.escalated_from,
        "message": message.document,
    }
    return json.dumps(document, ensure_ascii=False)
