"""Errors as RFC 9457 problems: the one map from what went wrong to an HTTP status."""

import json
import logging
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from lapsewatch.errors import (
    BodyTooLargeError,
    BodyTypeError,
    ForbiddenError,
    InstanceBusyError,
    InvalidRequestError,
    LapsewatchError,
    RefreshTooSoonError,
    RefreshUnsupportedError,
    SignInRequiredError,
    UnknownInstanceError,
)

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
STATUS_OF: dict[type[LapsewatchError], HTTPStatus] = {
    SignInRequiredError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    UnknownInstanceError: HTTPStatus.NOT_FOUND,
    InvalidRequestError: HTTPStatus.BAD_REQUEST,
    BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BodyTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    RefreshTooSoonError: HTTPStatus.TOO_MANY_REQUESTS,
    InstanceBusyError: HTTPStatus.CONFLICT,
    RefreshUnsupportedError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def problem(status: HTTPStatus, detail: str, headers: dict[str, str | list[str]] | None = None) -> Response[str]:
    """Return a problem answer. `detail` is for people and holds nothing that was sent or stored in secret."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return Response(status.value, PROBLEM, json.dumps(body), headers=headers or {})


def problem_of(error: LapsewatchError) -> Response[str]:
    """Return the answer for one of our own errors."""
    status = STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    headers: dict[str, str | list[str]] = {}
    if isinstance(error, RefreshTooSoonError):
        headers["Retry-After"] = str(error.retry_after)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("a request failed", exc_info=error)
        return problem(status, "Something went wrong here; it has been logged.")
    return problem(status, str(error), headers)


def problem_of_unexpected(error: Exception) -> Response[str]:
    """Return the answer for anything else, which says nothing about our insides."""
    log.error("a request failed unexpectedly", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; it has been logged.")
