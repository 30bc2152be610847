"""Post messages to the webhook as they are, signed."""

from collections.abc import Callable
from datetime import datetime

from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.channels.post import Posting, json_posting
from lapsewatch.adapters.channels.posting import PostingChannel
from lapsewatch.adapters.channels.webhook.signature import signature_of
from lapsewatch.adapters.channels.webhook.target import Target
from lapsewatch.domain.messages import Message

EVENT_ID = "Lapsewatch-Event-Id"
SIGNATURE = "Lapsewatch-Signature"


class WebhookChannel(PostingChannel[Target]):
    """One receiver. Its answer is never read beyond the headers."""

    read = 0

    def postings(self, target: Target, message: Message, now: datetime) -> dict[str, Posting]:
        unsigned = json_posting(target.url, message.document, {EVENT_ID: message.event_id})
        signature = signature_of(unsigned.body, target.secret, now)
        return {message.event_id: Posting(target.url, unsigned.body, {**unsigned.headers, SIGNATURE: signature})}


def channel(target: Callable[[], Target], means: Means) -> WebhookChannel:
    return WebhookChannel(target, means.connect, means.dialing.deadline)
