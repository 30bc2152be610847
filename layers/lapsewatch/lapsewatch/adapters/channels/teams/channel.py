"""Post messages to a workflow of Teams, which says that it accepted one (202), never that Teams shows it."""

from collections.abc import Callable
from datetime import datetime

from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.channels.post import Posting, json_posting
from lapsewatch.adapters.channels.posting import PostingChannel
from lapsewatch.adapters.channels.targets import Address
from lapsewatch.adapters.channels.teams.form import form_of
from lapsewatch.domain.messages import Message


class TeamsChannel(PostingChannel[Address]):
    """One workflow, which posts to a channel or a chat."""

    def postings(self, target: Address, message: Message, now: datetime) -> dict[str, Posting]:  # noqa: ARG002  of the base
        return {message.event_id: json_posting(target.url, form_of(message))}


def channel(target: Callable[[], Address], means: Means) -> TeamsChannel:
    return TeamsChannel(target, means.connect, means.dialing.deadline)
