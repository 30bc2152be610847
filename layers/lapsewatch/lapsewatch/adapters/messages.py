"""The poll queue's messages as they arrive at the worker, and what a worker answers a queue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

INSTANCE_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"


class PollMessage(BaseModel):
    """The body of one message."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    instance_id: Annotated[str, StringConstraints(pattern=INSTANCE_ID)]
    late: bool = False
    """Whether it has been put off already."""


@dataclass(frozen=True, slots=True)
class PollBatch:
    """A batch of the poll queue."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the messages by that of the instance they name."""
    late: set[str] = field(default_factory=set)
    """Which instances have been put off already."""
    malformed: list[str] = field(default_factory=list)
    """The ids of messages that are no poll messages."""


def batch_of(event: dict[str, Any]) -> PollBatch:
    batch = PollBatch()
    for record in event["Records"]:
        try:
            message = PollMessage.model_validate_json(record["body"])
        except ValidationError:
            batch.malformed.append(record["messageId"])
        else:
            batch.ids.setdefault(message.instance_id, []).append(record["messageId"])
            batch.late.update({message.instance_id} if message.late else ())
    return batch


def to_retry(batch: PollBatch, failed_ids: list[str]) -> dict[str, Any]:
    """Return the answer that has only these messages delivered again; malformed ones end as dead letters."""
    again = [message_id for instance_id in failed_ids for message_id in batch.ids[instance_id]]
    return kept([*again, *batch.malformed])


def kept(message_ids: Iterable[str]) -> dict[str, Any]:
    """Return the answer that has the queue keep these messages of a batch and forget the others."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}
