"""Post messages to the webhook, and say what its answer means."""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime
from http import HTTPStatus

from lapsewatch.adapters.channels.webhook.signature import signature_of
from lapsewatch.adapters.channels.webhook.target import Target
from lapsewatch.adapters.guarded.exchange import Line, Origin, Reply, Request
from lapsewatch.adapters.guarded.failures import Cause, Failure, GuardedError, failure_of
from lapsewatch.adapters.guarded.waits import wait_of
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused
from lapsewatch.errors import SettingsError

DEADLINE = 10.0
"""Seconds for a whole post, however slowly the receiver answers."""
EVENT_ID = "Lapsewatch-Event-Id"
SIGNATURE = "Lapsewatch-Signature"
PASSING = frozenset({Cause.TIMEOUT, Cause.UNREACHABLE})
"""What may be over in a while; all else stays until somebody acts."""


class WebhookChannel:
    """One receiver. Its answer is never read beyond the headers."""

    def __init__(
        self,
        target: Callable[[], Target],
        line: Callable[[Origin], Line],
        deadline: float = DEADLINE,
    ) -> None:
        self._target = target
        self._line = line
        self._deadline = deadline

    def send(self, message: Message, now: datetime) -> Outcome:
        """Post a message once."""
        try:
            target = self._target()
        except SettingsError as error:
            return NotYet(str(error))
        body = json.dumps(message.document).encode()
        headers = {
            "Content-Type": "application/json",
            EVENT_ID: message.event_id,
            SIGNATURE: signature_of(body, target.secret, now),
        }
        try:
            reply = asyncio.run(self._post(target, Request("POST", target.path, headers, body)))
        except (GuardedError, OSError) as error:
            return _unanswered(target.host, failure_of(error))
        return _answered(target.host, reply, now)

    async def _post(self, target: Target, request: Request) -> Reply:
        async with asyncio.timeout(self._deadline), aclosing(self._line(target.origin)) as line:
            return await line.ask(request, None)


def _answered(host: str, reply: Reply, now: datetime) -> Outcome:
    answer = f"{host}: HTTP {reply.status}"
    if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return Delivered(answer)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return NotYet(answer, wait_of(reply.headers.get("retry-after"), now))
    return Refused(answer)


def _unanswered(host: str, failure: Failure) -> Outcome:
    answer = f"{host}: {failure.cause}" + (f" ({failure.detail})" if failure.detail else "")
    return NotYet(answer) if failure.cause in PASSING else Refused(answer)
