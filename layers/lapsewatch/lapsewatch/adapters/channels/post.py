"""Post to a receiver, once and within a deadline, and say what its answers mean."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from lapsewatch.adapters.channels.targets import host_of
from lapsewatch.adapters.guarded.exchange import HTTPS, Headers, Line, Origin, Request
from lapsewatch.adapters.guarded.failures import Cause, Failure, GuardedError, failure_of
from lapsewatch.adapters.guarded.waits import wait_of
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused

DEADLINE = 10.0
"""Seconds for all that one message takes, however slowly the receiver answers."""
SHORT_ANSWER = 4096
"""Bytes of an answer after which nobody listens any more."""
PASSING = frozenset({Cause.TIMEOUT, Cause.UNREACHABLE})
"""What may be over in a while; all else stays until somebody acts."""

type Connect = Callable[[Origin], Line]


@dataclass(frozen=True, slots=True, repr=False)
class Posting:
    """One request. Its address and headers may be secrets, so only the host is ever printed."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return host_of(self.url)

    @property
    def origin(self) -> Origin:
        return Origin(self.host, urlsplit(self.url).port or HTTPS)

    @property
    def request(self) -> Request:
        parts = urlsplit(self.url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        return Request("POST", target, self.headers, self.body)

    def __repr__(self) -> str:
        return f"Posting({self.host})"


@dataclass(frozen=True, slots=True)
class Call:
    """A request before it is known to whom: its path with any query, and its body without any key."""

    path: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said. `start` is empty unless somebody wants to look at it."""

    host: str
    status: int
    headers: Headers
    start: bytes = b""


type Judge = Callable[[Answer, datetime], Outcome]


def json_posting(url: str, document: Any, headers: Mapping[str, str] | None = None) -> Posting:
    return Posting(url, json.dumps(document).encode(), {"Content-Type": "application/json", **(headers or {})})


def by_status(answer: Answer, now: datetime, reason: str = "") -> Outcome:
    """Return what a status means: trouble that passes, or a request that this receiver will never have."""
    told = f"{answer.host}: HTTP {answer.status}" + (f" ({reason})" if reason else "")
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return Delivered(told)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return NotYet(told, wait_of(answer.headers.get("retry-after"), now))
    return Refused(told)


def post_each(
    postings: Mapping[str, Posting],
    connect: Connect,
    now: datetime,
    deadline: float = DEADLINE,
    *,
    read: int = SHORT_ANSWER,
    judge: Judge = by_status,
) -> dict[str, Outcome]:
    """Post one after the other to one host, over one connection if it keeps it, and return what became of each.

    The first that is not taken yet, or does not even get through, is the last: the others have no outcome then.
    """
    outcomes: dict[str, Outcome] = {}

    async def posted() -> None:
        line = connect(next(iter(postings.values())).origin)
        async with asyncio.timeout(deadline), aclosing(line):
            for name, posting in postings.items():
                reply = await line.ask(posting.request, read or None, cut=True)
                answer = Answer(posting.host, reply.status, reply.headers, reply.body)
                outcomes[name] = judge(answer, now)
                if isinstance(outcomes[name], NotYet):
                    return

    try:
        if postings:
            asyncio.run(posted())
    except (GuardedError, OSError) as error:
        cut_short = next((name for name in postings if name not in outcomes), None)
        # At the deadline all of them may have got through already.
        if cut_short is not None:
            outcomes[cut_short] = unanswered(postings[cut_short].host, failure_of(error))
    return outcomes


def unanswered(host: str, failure: Failure) -> Outcome:
    """Return what it means that no answer came."""
    answer = f"{host}: {failure.cause}" + (f" ({failure.detail})" if failure.detail else "")
    return NotYet(answer) if failure.cause in PASSING else Refused(answer)
