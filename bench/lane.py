"""What PBXs that let us wait do to the billed time: among the others, and put off to batches of their own."""

from collections.abc import Iterator
from math import ceil
from random import Random

from bench.cost import usage
from bench.cost.bill import share
from bench.cost.stack import stack
from bench.document import table

INSTANCES = 10_000
DEADLINE = 10.0
SHARES = (0.0, 0.005, 0.02, 0.05)


def section() -> Iterator[str]:
    """Yield the table of billed time."""
    yield "Billed seconds of an hourly sweep of 10,000, from the measured CPU and the template's batch and memory:"
    none = _billed(0.0, apart=False)
    rows = []
    for silent in SHARES:
        together, apart = _billed(silent, apart=False), _billed(silent, apart=True)
        ratios = (f"{together:,.0f}, {together / none:.2f}", f"{apart:,.0f}, {apart / none:.2f}")
        rows.append([f"{silent:.1%}", *ratios])
    yield table(["time out", "all together: s, x none", "put off: s, x none"], rows)


def _billed(silent: float, *, apart: bool) -> float:
    """Return the seconds of all batches: each lasts for its CPU, or as long as its slowest PBX if that is longer."""
    facts, rng = stack(), Random(7)
    waits = [DEADLINE if rng.random() < silent else min(rng.expovariate(2), DEADLINE) for _ in range(INSTANCES)]
    late = [wait for wait in waits if wait == DEADLINE] if apart else []
    prompt = [wait for wait in waits if wait < DEADLINE] if apart else waits
    return sum(
        max(*batch, len(batch) * usage.POLL_CPU / share(facts))
        for lane in (prompt, late)
        for batch in (lane[n * facts.batch : (n + 1) * facts.batch] for n in range(ceil(len(lane) / facts.batch)))
    )
