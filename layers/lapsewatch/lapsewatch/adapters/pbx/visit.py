"""One visit to one PBX: the few requests that may ever be sent, and answers of a bounded size."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

from lapsewatch.adapters.guarded.exchange import Headers, Line, Reply, Request
from lapsewatch.adapters.guarded.failures import AnswerTooLargeError, CompressedError
from lapsewatch.adapters.guarded.waits import wait_of
from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.domain.license import Reason

STATUS = "/xapi/v1/SystemStatus"
USERS = "/xapi/v1/Users"
SELECTED = frozenset({STATUS, USERS})
"""Paths that hold contact data or passwords unless the fields are named."""

type Requests = frozenset[tuple[str, str]]
"""Methods and paths. A way in can send no others, so that nothing on a PBX changes but its copy of the license."""

LARGEST_BODY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read whole. It may hold a token or a license key, so only its status is ever printed."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)

    def document(self) -> dict[str, Any]:
        """Return the JSON object of the answer; anything else is no PBX or a bad answer."""
        if not self.body.strip():
            raise VisitFailedError(Reason.BAD_ANSWER, "empty body")
        if self.body.lstrip()[:1] == b"<":
            raise VisitFailedError(Reason.NOT_A_PBX, "an HTML page instead of data")
        try:
            found = json.loads(self.body, object_pairs_hook=_no_duplicates, parse_constant=_no_constants)
        except (ValueError, RecursionError) as error:
            raise VisitFailedError(Reason.BAD_ANSWER, f"unreadable JSON ({type(error).__name__})") from None
        if not isinstance(found, dict):
            raise VisitFailedError(Reason.BAD_ANSWER, "no JSON object")
        return found


class Visit:
    """Sends the requests of one way in."""

    def __init__(self, line: Line, now: datetime, requests: Requests) -> None:
        self._line = line
        self._now = now
        self._requests = requests

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        proof: Mapping[str, str] | None = None,
        form: dict[str, str] | None = None,
        body: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its answer; failures that mean the same everywhere are raised."""
        if (method, path) not in self._requests or (path in SELECTED and "$select" not in (query or {})):
            raise ValueError(f"{method} {path} is not among the requests that may be sent to a PBX")
        headers, content = _content(form, body)
        target = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        request = Request(method, target, {**headers, **(proof or {})}, content)
        reply = await self._reply(request)
        answer = Answer(reply.status, reply.headers, reply.body)
        self._fail_if_unusable(answer)
        return answer

    async def _reply(self, request: Request) -> Reply:
        try:
            return await self._line.ask(request, LARGEST_BODY)
        except CompressedError:
            raise VisitFailedError(Reason.BAD_ANSWER, "compressed answer") from None
        except AnswerTooLargeError:
            raise VisitFailedError(Reason.BAD_ANSWER, "answer larger than 256 KiB") from None

    def _fail_if_unusable(self, answer: Answer) -> None:
        if 300 <= answer.status < 400:  # noqa: PLR2004  any redirect
            raise VisitFailedError(Reason.NOT_A_PBX, "redirect")
        if answer.status == HTTPStatus.BAD_GATEWAY:
            raise VisitFailedError(Reason.UPGRADING, "HTTP 502", self._wait(answer))
        if answer.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise VisitFailedError(Reason.UPGRADING, f"HTTP {answer.status}", self._wait(answer))
        if answer.status >= 500:  # noqa: PLR2004
            raise VisitFailedError(Reason.BAD_ANSWER, f"HTTP {answer.status}")

    def _wait(self, answer: Answer) -> int | None:
        return wait_of(answer.headers.get("retry-after"), self._now)


def _content(form: dict[str, str] | None, body: dict[str, str] | None) -> tuple[dict[str, str], bytes]:
    """Return the headers and bytes of what is sent along: a form, a JSON object, or nothing."""
    if form is not None:
        return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(form).encode()
    if body is not None:
        return {"Content-Type": "application/json"}, json.dumps(body).encode()
    return {}, b""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name occurs twice")
    return dict(pairs)


def _no_constants(_: str) -> NoReturn:
    raise ValueError("not a JSON number")
