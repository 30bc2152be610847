"""Post messages to Slack, and say what its answer means."""

import re
from collections.abc import Callable
from datetime import datetime

from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.channels.post import Answer, Posting, by_status, json_posting
from lapsewatch.adapters.channels.posting import PostingChannel
from lapsewatch.adapters.channels.slack.form import form_of
from lapsewatch.adapters.channels.targets import Address
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import Delivered, Outcome, Refused

OK = b"ok"
REASON = re.compile(rb"[a-z_]{2,60}")
"""How Slack says why it refuses something, such as `channel_is_archived`."""


class SlackChannel(PostingChannel[Address]):
    """One channel of a workspace."""

    read = 64

    def postings(self, target: Address, message: Message, now: datetime) -> dict[str, Posting]:  # noqa: ARG002  of the base
        return {message.event_id: json_posting(target.url, form_of(message))}

    def judged(self, answer: Answer, now: datetime) -> Outcome:
        """Return what an answer means. Slack says `ok`; a success without it is that of somebody else."""
        said = answer.start.strip()
        reason = said.decode() if said != OK and REASON.fullmatch(said) else ""
        outcome = by_status(answer, now, reason)
        if isinstance(outcome, Delivered) and said != OK:
            return Refused(f"{outcome.answer}, but not Slack's ok")
        return outcome


def channel(target: Callable[[], Address], means: Means) -> SlackChannel:
    return SlackChannel(target, means.connect, means.dialing.deadline)
