"""What a profile says, package by package."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pyinstrument import Profiler
from pyinstrument.frame import Frame

INTERVAL = 0.0005
"""Seconds between two samples."""
WAITING = frozenset({"[await]", "readinto"})
"""Where a loop or a socket waits."""
PLACE = re.compile(r".*/(?:site-packages|python3\.\d+|layers/lapsewatch)/([\w-]+)")


@contextmanager
def profiled() -> Iterator[Profiler]:
    """Profile the block, on this thread alone."""
    profiler = Profiler(interval=INTERVAL)
    with profiler:
        yield profiler


def shares(profiler: Profiler) -> Counter[str]:
    """Return the milliseconds that each package spent itself; waiting for others is left out."""
    spent: Counter[str] = Counter()
    assert profiler.last_session is not None
    root = profiler.last_session.root_frame(trim_stem=False)
    assert root is not None
    for package, seconds in _spent(root, "python"):
        spent[package] += round(seconds * 1e6)
    del spent["waiting"]
    return Counter({package: micro // 1000 for package, micro in spent.items()})


def _spent(frame: Frame, caller: str) -> Iterator[tuple[str, float]]:
    """Yield what a frame and all that it called took themselves; what has no place of its own is its caller's."""
    package = _package(frame) or caller
    yield package, frame.time - sum(child.time for child in frame.children)
    for child in frame.children:
        yield from _spent(child, package)


def _package(frame: Frame) -> str:
    path = frame.file_path or ""
    if path.endswith(".jinja"):
        return "templates"
    if path.endswith("selectors.py") or frame.function in WAITING:
        return "waiting"
    found = PLACE.match(path)
    return found[1].removesuffix(".py") if found else ""
