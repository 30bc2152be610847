"""What was seen of many requests, in few figures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

MS = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, and the seconds that it took by the clock, of the function, and of CPU."""

    status: int
    wall: float
    function: float
    cpu: float


@dataclass(slots=True)
class Told:
    """What a part of the run came to."""

    lines: list[str]
    faults: list[str]
    """What may not happen and did."""


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that this share of all values does not exceed; 0.0 of none."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0


def spread(values: Sequence[float]) -> list[str]:
    """Return p50, p95 and p99 in milliseconds."""
    return [f"{percentile(values, share) * MS:.1f}" for share in (0.50, 0.95, 0.99)]


def statuses(answers: Iterable[Answer]) -> str:
    counted = Counter(answer.status for answer in answers)
    return ", ".join(f"{number:,} x {status}" for status, number in sorted(counted.items()))


def server_faults(name: str, answers: Iterable[Answer]) -> list[str]:
    """Return a fault if any answer is a 5xx."""
    failed = sum(1 for answer in answers if answer.status >= 500)  # noqa: PLR2004  what HTTP calls our fault
    return [f"{name}: {failed} answers are 5xx"] if failed else []
