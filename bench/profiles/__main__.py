"""`make profile`: what a visit, its write, a report and a start take, and the packages that spend most of it.

A package's share is what it spends itself: what it has others do is theirs.
"""

import subprocess
import sys
from importlib import import_module

from bench.document import table
from bench.profiles.shares import shares

WORKS = ("visit", "write", "report", "start")
MOST = 8
"""How many packages are told."""


def told(name: str) -> list[str]:
    """Return a row: what a work took, and where."""
    spent = shares(import_module(f"bench.profiles.{name}").profile())
    parts = (f"{package} {part / spent.total():.0%}" for package, part in spent.most_common(MOST))
    return [name, f"{spent.total():,}", ", ".join(parts)]


def main() -> None:
    """Profile one work, or each in a process of its own: a start that finds everything imported takes no time."""
    if len(sys.argv) > 1:
        print(table(["work", "ms", "where"], [told(sys.argv[1])]))
        return
    for name in WORKS:
        subprocess.run([sys.executable, "-m", "bench.profiles", name], check=True)


if __name__ == "__main__":
    main()
