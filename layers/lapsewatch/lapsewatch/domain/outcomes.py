"""What became of a message that was handed to a channel. `answer` says it in words, without any secret."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it."""

    answer: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """It was not taken, or nobody knows; the receiver may take it later."""

    answer: str
    retry_after: int | None = None
    """Seconds that the receiver asked us to wait, at most 3,600."""
    taken: frozenset[str] = frozenset()
    """The event ids of what the receiver has of it nevertheless."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will be refused again: somebody must act first."""

    answer: str
    taken: frozenset[str] = frozenset()


type Outcome = Delivered | NotYet | Refused
