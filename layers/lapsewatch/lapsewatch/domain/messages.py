"""A message as a channel gets it: what it says of which cycle, and the document as it was published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.digests import headline_of, loudest
from lapsewatch.domain.ledger import Event

type Document = Mapping[str, Any]
"""What machines get; it may have more fields than are known here."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a reminder or the notice of a lapse is about: something that a new date settles."""

    instance_id: str
    clock: Clock
    cycle: int


@dataclass(frozen=True, slots=True)
class Told:
    """One notice of a message."""

    event: Event
    severity: Severity
    document: Document
    trigger: Trigger | None = None
    """None for a resolve and for a change notice: these stay true."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the topic."""

    event_id: str
    document: Document
    notices: tuple[Told, ...] = ()
    """One, those of a digest, or none in a summary of a sweep."""
    route: str | None = None
    """On which route it is; None while it is to be spread to all that get it."""
    escalated_from: str | None = None
    """The route whose readers did not acknowledge it."""

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        return tuple(notice.trigger for notice in self.notices if notice.trigger)

    def retold(self, notices: Iterable["Told"]) -> "Message":
        """Return the message with each of its notices told otherwise."""
        told = tuple(notices)
        if told == self.notices:
            return self
        if "notices" in self.document:
            return replace(
                self, notices=told, document={**self.document, "notices": [notice.document for notice in told]}
            )
        return replace(self, notices=told, document={**told[0].document})

    def narrowed(self, notices: Iterable[Told]) -> "Message":
        """Return the message with only some of its notices, at least one."""
        kept = tuple(notices)
        if len(kept) == len(self.notices):
            return self
        # Only a digest has more than one notice. Its id stays, since a copy of the whole may have arrived before.
        changed = {
            "severity": loudest(notice.severity for notice in kept).value,
            "text": headline_of([notice.event for notice in kept]),
            "notices": [notice.document for notice in kept],
        }
        return replace(self, notices=kept, document={**self.document, **changed})


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something that is no message of the topic, and why not; never what was in it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a queue handed over."""

    message_id: str
    receipt: str
    """By which this hand-over is known to the queue."""
    receives: int
    """How often it was handed over, this time included."""
    body: str
    message: Message | Malformed
