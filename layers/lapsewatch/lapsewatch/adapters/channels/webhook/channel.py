"""Post messages to the webhook, and say what its answer means."""

from collections.abc import Callable
from datetime import datetime

from lapsewatch.adapters.channels.post import DEADLINE, Connect, Posting, json_posting, post
from lapsewatch.adapters.channels.webhook.signature import signature_of
from lapsewatch.adapters.channels.webhook.target import Target
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import NotYet, Outcome
from lapsewatch.errors import SettingsError

EVENT_ID = "Lapsewatch-Event-Id"
SIGNATURE = "Lapsewatch-Signature"


class WebhookChannel:
    """One receiver. Its answer is never read beyond the headers."""

    def __init__(self, target: Callable[[], Target], connect: Connect, deadline: float = DEADLINE) -> None:
        self._target = target
        self._connect = connect
        self._deadline = deadline

    def send(self, message: Message, now: datetime) -> Outcome:
        """Post a message once."""
        try:
            target = self._target()
        except SettingsError as error:
            return NotYet(str(error))
        return post(_posting(target, message, now), self._connect, now, self._deadline)


def _posting(target: Target, message: Message, now: datetime) -> Posting:
    unsigned = json_posting(target.url, message.document, {EVENT_ID: message.event_id})
    signature = signature_of(unsigned.body, target.secret, now)
    return Posting(target.url, unsigned.body, {**unsigned.headers, SIGNATURE: signature})
