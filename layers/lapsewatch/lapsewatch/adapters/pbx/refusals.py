"""What it means when a PBX refuses a request."""

import re
from http import HTTPStatus
from typing import Any

from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.visit import Answer
from lapsewatch.domain.license import Reason

UNLICENSED = b"INVALID_LICENSE_TYPE"
"""How a PBX says that its edition has no configuration API."""
SAFE_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}", re.ASCII)
REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


def fail_if_no_sign_in(answer: Answer, absent: Reason) -> None:
    """Raise what a refused sign-in means; `absent` is why a PBX would not have this one at all."""
    if answer.status in ABSENT:
        raise VisitFailedError(absent, "no such sign-in")
    if UNLICENSED in answer.body:
        raise VisitFailedError(Reason.API_NOT_LICENSED)
    if answer.status in REFUSED:
        raise VisitFailedError(Reason.BAD_CREDENTIALS, f"HTTP {answer.status}")
    if answer.status != HTTPStatus.OK:
        raise VisitFailedError(Reason.BAD_ANSWER, f"HTTP {answer.status} at sign-in")


def fail_if_no_data(answer: Answer, absent: Reason) -> None:
    """Raise what a refused request for data means; `absent` is why a PBX would not have these data at all."""
    if UNLICENSED in answer.body:
        raise VisitFailedError(Reason.API_NOT_LICENSED)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        # Our token was good a moment ago: another reader of this PBX has the only one, or the account may not look.
        raise VisitFailedError(Reason.FORBIDDEN, "the PBX does not accept its own token for data")
    if answer.status == HTTPStatus.FORBIDDEN:
        raise VisitFailedError(Reason.FORBIDDEN, "HTTP 403")
    if answer.status == HTTPStatus.NOT_FOUND:
        raise VisitFailedError(absent, "no such data")
    if answer.status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
        raise VisitFailedError(Reason.BAD_ANSWER, f"HTTP {answer.status}")


def bearer(token: Any) -> dict[str, str]:
    """Return the header that shows a token; raise VisitFailedError for what could break out of a header."""
    if not isinstance(token, str) or SAFE_TOKEN.fullmatch(token) is None:
        raise VisitFailedError(Reason.BAD_ANSWER, "no usable token")
    return {"Authorization": f"Bearer {token}"}
