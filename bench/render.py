"""`make bench-render`: CPU seconds and peak memory of every page of a report, beside the floor.

The floor is what cannot be undercut in plain Python: fourteen facts of a row, escaped and joined to one table row.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import escape
from pathlib import Path
from statistics import median
from time import process_time

from lapsewatch.domain.status import FleetStatus
from lapsewatch.report import Page
from lapsewatch.wiring.report import LAYOUT, customer_pages

from bench.document import Plot, table
from tests.unit.pages.varied import varied

SIZES = (100, 1_000, 10_000, 100_000)
ROWS_A_CUSTOMER = 10
ROUNDS = 9
LARGE = 50_000
"""From here on, one round is long enough to be of use."""
FACTS = (
    "instance_id",
    "name",
    "customer",
    "fqdn",
    "edition",
    "license_key",
    "version",
    "band",
    "expires_on",
    "days_left",
    "sim_calls",
    "seats",
    "reseller",
    "next_reminder_at",
)


def floor(status: FleetStatus) -> str:
    """Return the rows as the barest table there can be."""
    return "".join(
        "<tr>" + "".join([f"<td>{escape(str(getattr(row, fact)))}</td>" for fact in FACTS]) + "</tr>"
        for row in status.rows
    )


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    before = process_time()
    work()
    return process_time() - before


def measure(size: int) -> dict[str, float]:
    """Render everything once for the peak of memory, as if all of it had to be put, then several times for the CPU."""
    status = varied(size, size // ROWS_A_CUSTOMER)
    works: dict[str, Callable[[], object]] = {"floor": lambda: floor(status).encode()}
    works |= {page.name: partial(_rendered, (page,), status) for page in LAYOUT}
    works["customers/*"] = lambda: _rendered(customer_pages(status), status)
    bodies = [work() for work in works.values()]
    peak = peak_of_this()
    del bodies
    rounds = [{name: seconds(work) for name, work in works.items()} for _ in range(ROUNDS if size < LARGE else 1)]
    return {"MB": peak} | {name: median(taken[name] for taken in rounds) for name in works}


def peak_of_this() -> float:
    """Return the most MB that this process has had at once; what getrusage knows includes whoever started it."""
    [found] = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found) / 1024


def _rendered(pages: Iterable[Page], status: FleetStatus) -> list[bytes]:
    return [page.render(status).encode() for page in pages]


def told(size: int, figures: dict[str, float]) -> None:
    """Print what one size came to."""
    peak, lowest = figures.pop("MB"), figures.pop("floor")
    total = sum(figures.values())
    print(f"{size:,} rows: {total:.3f} s CPU, {peak:.0f} MB at the peak, interpreter and fleet included")
    for name, taken in {"floor": lowest, **figures}.items():
        # A small fleet has no pages of customers.
        if taken < lowest / 100:
            continue
        print(f"  {name:<14}{taken:8.4f} s  {taken / size * 1e6:6.1f} µs a row  {taken / lowest:5.1f} x floor")


def main() -> int:
    """Measure each size in a process of its own, because a peak of memory never goes down again."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
        return 0
    for size in SIZES:
        told(size, measured(size))
    return 0


def measured(size: int) -> dict[str, float]:
    """Measure one size in a process of its own."""
    child = [sys.executable, "-m", "bench.render", str(size)]
    found: dict[str, float] = json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout)
    return found


def section() -> Iterator[str | Plot]:
    """Yield the table and plot of rendering."""
    rows, curve, lowest = [], [], []
    for size in SIZES:
        found = measured(size)
        peak, floor = found.pop("MB"), found.pop("floor")
        total = sum(found.values())
        a_row = found["index.html"] / floor
        rows.append([f"{size:,}", f"{total:.3f}", f"{total / size * 1e6:.0f}", f"{a_row:.1f}", f"{peak:.0f}"])
        curve.append((size, total))
        lowest.append((size, floor))
    yield table(["rows", "CPU of all pages (s)", "us a row", "index.html, x floor", "peak (MB)"], rows)
    yield Plot("render", "CPU of all pages (s)", {"ours, every page": curve, "floor, one table": lowest})


if __name__ == "__main__":
    sys.exit(main())
