"""Post messages to the webhook, and say what its answer means."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

import httpx

from lapsewatch.adapters.channels.webhook.signature import signature_of
from lapsewatch.adapters.channels.webhook.target import Target
from lapsewatch.adapters.guarded.failures import Cause, Failure, GuardedError, failure_of
from lapsewatch.adapters.guarded.guard import guarded_client
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
        connect: Callable[[], httpx.AsyncBaseTransport],
        deadline: float = DEADLINE,
    ) -> None:
        self._target = target
        self._connect = connect
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
            response = asyncio.run(self._post(target.url, body, headers))
        except (GuardedError, httpx.HTTPError, OSError) as error:
            return _unanswered(target.host, failure_of(error))
        return _answered(target.host, response, now)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        async with asyncio.timeout(self._deadline), guarded_client(self._connect()) as client:
            request = client.build_request("POST", url, content=body, headers=headers)
            response = await client.send(request, stream=True)
            await response.aclose()
        return response


def _answered(host: str, response: httpx.Response, now: datetime) -> Outcome:
    answer = f"{host}: HTTP {response.status_code}"
    if response.is_success:
        return Delivered(answer)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error:
        return NotYet(answer, wait_of(response.headers.get("retry-after", ""), now))
    return Refused(answer)


def _unanswered(host: str, failure: Failure) -> Outcome:
    answer = f"{host}: {failure.cause}" + (f" ({failure.detail})" if failure.detail else "")
    return NotYet(answer) if failure.cause in PASSING else Refused(answer)
