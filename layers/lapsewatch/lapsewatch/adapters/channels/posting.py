"""What the channels that post have in common: a target, a guarded connection, and requests that a message becomes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from lapsewatch.adapters.channels.parts import Parts
from lapsewatch.adapters.channels.post import DEADLINE, SHORT_ANSWER, Answer, Connect, Posting, by_status, post_each
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import NotYet, Outcome
from lapsewatch.errors import SettingsError


class PostingChannel[Target](ABC):
    """One receiver. Where it takes a digest in parts, those that it has are not sent again while the rest waits."""

    read = SHORT_ANSWER

    def __init__(self, target: Callable[[], Target], connect: Connect, deadline: float = DEADLINE) -> None:
        self._target = target
        self._connect = connect
        self._deadline = deadline
        self._parts = Parts()

    def send(self, message: Message, now: datetime) -> Outcome:
        """Post what a message becomes, each request once."""
        try:
            target = self._target()
        except SettingsError as error:
            return NotYet(str(error))
        attempt = partial(
            post_each, connect=self._connect, now=now, deadline=self._deadline, read=self.read, judge=self.judged
        )
        return self._parts.send(message.event_id, self.postings(target, message, now), attempt)

    @abstractmethod
    def postings(self, target: Target, message: Message, now: datetime) -> Mapping[str, Posting]:
        """Return the requests, each by the id of what it is about."""

    def judged(self, answer: Answer, now: datetime) -> Outcome:
        """Return what an answer means."""
        return by_status(answer, now)
