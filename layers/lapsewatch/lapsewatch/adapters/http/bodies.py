"""What may be sent to the API, field by field."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from lapsewatch.adapters.http.context import header
from lapsewatch.domain.clocks import Clock
from lapsewatch.errors import BodyTooLargeError, BodyTypeError, InvalidRequestError

LARGEST_BODY = 4096


class Body(BaseModel):
    """A JSON object without fields that nobody asked for."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Change(Body):
    enabled: bool


class Accepted(Body):
    clock: Clock


class Acknowledged(Body):
    clock: Clock
    reason: str
    until: date | None = None


class Withdrawn(Body):
    clock: Clock


def body_of[B: Body](app: Any, kind: type[B]) -> B:
    """Return the body of the current request; raise InvalidRequestError that names the field and the remedy."""
    event = app.current_event
    if (header(event.raw_event, "content-type") or "").partition(";")[0].strip() != "application/json":
        raise BodyTypeError("Send the body as application/json.")
    body = event.decoded_body or ""
    if len(body.encode("utf-8", "replace")) > LARGEST_BODY:
        raise BodyTooLargeError(f"The body is larger than {LARGEST_BODY} bytes.")
    try:
        return kind.model_validate_json(body, strict=True)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
        raise InvalidRequestError(wrong) from None
