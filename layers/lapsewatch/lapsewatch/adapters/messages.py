"""The poll queue's messages as they arrive at the worker, and what a worker answers a queue."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

INSTANCE_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"


class PollMessage(BaseModel):
    """The body of one message."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    instance_id: Annotated[str, StringConstraints(pattern=INSTANCE_ID)]


def instance_ids_of(event: dict[str, Any]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the message ids by instance id, and the ids of messages that are no poll messages."""
    ids: dict[str, list[str]] = {}
    malformed: list[str] = []
    for record in event["Records"]:
        try:
            message = PollMessage.model_validate_json(record["body"])
        except ValidationError:
            malformed.append(record["messageId"])
        else:
            ids.setdefault(message.instance_id, []).append(record["messageId"])
    return ids, malformed


def to_retry(ids: dict[str, list[str]], failed_ids: list[str], malformed: list[str]) -> dict[str, Any]:
    """Return the answer that has only these messages delivered again; malformed ones end as dead letters."""
    again = [message_id for instance_id in failed_ids for message_id in ids[instance_id]]
    return kept([*again, *malformed])


def kept(message_ids: Iterable[str]) -> dict[str, Any]:
    """Return the answer that has the queue keep these messages of a batch and forget the others."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}
