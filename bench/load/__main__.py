"""Run all loads on a stack of their own, print what they came to, and put it into docs/load.md. Fails on any fault."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.__main__ import DOCS, renewed
from bench.load.asking import asking
from bench.load.environments import warm
from bench.load.figures import Told
from bench.load.front import serving
from bench.load.pages import pages
from bench.load.polls import INSTANCES, polls
from bench.load.refreshes import refreshes
from local.demo import first_round
from local.stack import Stack, running_stack

DOCUMENT = DOCS / "load.md"
NEVER = "rate(30 days)"
FLEET = 160
"""With more than a hundred among them that can be refreshed."""
FEW, MANY = 4, 6
"""Environments: a few for pages, which hardly wait, and more for refreshes, which wait for PBXs."""


def main() -> int:
    """Run everything, or the parts that are named.

    Return 1 if a message was lost, an answer was a 5xx, or a PBX was signed in to twice.
    """
    # Whoever ends it by a signal has all that it started ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    faults: list[str] = []
    for title in sys.argv[1:] or PARTS:
        told = PARTS[title]()
        print(f"\n{title}\n\n" + "\n\n".join(told.lines), flush=True)
        faults += told.faults
        DOCUMENT.write_text(renewed(DOCUMENT.read_text(), title, told.lines))
    print("\n" + ("\n".join(f"FAULT {fault}" for fault in faults) or "Nothing lost, no 5xx, no second sign-in."))
    return 1 if faults else 0


@contextmanager
def _stack(instances: int, *, read: bool = True) -> Iterator[Stack]:
    with (
        tempfile.TemporaryDirectory() as name,
        running_stack(instances, Path(name), "http://127.0.0.1:1", _quiet, pace=NEVER) as stack,
    ):
        if read:
            first_round(stack, instances, _quiet)
        yield stack


def _pages() -> Told:
    async def run(stack: Stack) -> Told:
        with warm(stack, FEW, stack.log.with_name("api.log")) as environments:
            async with serving(environments) as url, asking(url, stack.tokens["viewer"]) as asker:
                return await pages(asker)

    with _stack(FLEET) as stack:
        return asyncio.run(run(stack))


def _refreshes() -> Told:
    async def run(stack: Stack) -> Told:
        with warm(stack, MANY, stack.log.with_name("api.log")) as environments:
            async with serving(environments) as url, asking(url, stack.tokens["operator"]) as asker:
                return await refreshes(asker, stack.simulated)

    with _stack(FLEET) as stack:
        return asyncio.run(run(stack))


def _polls() -> Told:
    with _stack(INSTANCES, read=False) as stack:
        return polls(stack)


def _quiet(step: str) -> None:
    print(f"  {step}", file=sys.stderr, flush=True)


PARTS: dict[str, Callable[[], Told]] = {"Pages": _pages, "Refreshes": _refreshes, "Polls": _polls}

if __name__ == "__main__":
    sys.exit(main())
