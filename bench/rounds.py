"""Interleaved rounds: whatever else the machine does falls on everything that is compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import monotonic, process_time

ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Taken:
    """What one thing took, over all rounds."""

    cpu: float
    """Seconds, the median."""
    low: float
    high: float
    wall: float

    @property
    def spread(self) -> str:
        return f"{self.low * 1000:.2f}-{self.high * 1000:.2f}"


def taken(cpu: list[float], wall: list[float] | None = None) -> Taken:
    """Return the median of rounds, and between what they lay."""
    return Taken(median(cpu), min(cpu), max(cpu), median(wall or cpu))


def interleaved[Name](works: Mapping[Name, Callable[[], object]], rounds: int = ROUNDS) -> dict[Name, Taken]:
    """Do everything in turn, round by round, and return what each took of this process."""
    cpu: dict[Name, list[float]] = {name: [] for name in works}
    wall: dict[Name, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began, before = monotonic(), process_time()
            work()
            cpu[name].append(process_time() - before)
            wall[name].append(monotonic() - began)
    return {name: taken(cpu[name], wall[name]) for name in works}
