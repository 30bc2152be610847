"""Measure the cold start of each built function against a bare `boto3.client`, with and without bytecode."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.document import table
from bench.rounds import ROUNDS
from local.build import built_template
from tests.e2e.rie import runtime_packages
from tests.functions.starting import ENTRIES, Start, started

FLOOR = 'floor: `boto3.client("dynamodb")`'
FLOOR_CODE = "import boto3; boto3.client('dynamodb')"


def section() -> Iterator[str]:
    """Yield the table of starts."""
    build = built_template().parent
    with tempfile.TemporaryDirectory() as name:
        runtime = runtime_packages(Path(name) / "runtime")
        bare = Path(name) / "bare"
        shutil.copytree(build, bare, ignore=shutil.ignore_patterns("__pycache__"))
        plain, compiling = _measured(build, runtime), _measured(bare, runtime)
    floor = median(start.seconds for start in plain[FLOOR])
    yield table(
        ["function", "CPU (ms)", "x floor", "spread (ms)", "without bytecode (ms)", "x floor", "modules"],
        [_row(name, starts, compiling[name], floor) for name, starts in plain.items()],
    )
    size = sum(path.stat().st_size for path in (build / "LapsewatchLayer").rglob("*") if path.is_file())
    yield f"The layer has {size / 1e6:.1f} MB, bytecode included. The count of files that a start opens is a test."


def _measured(build: Path, runtime: Path) -> dict[str, list[Start]]:
    layer = build / "LapsewatchLayer" / "python"
    found: dict[str, list[Start]] = {}
    for _ in range(ROUNDS):
        found.setdefault(FLOOR, []).append(started(FLOOR_CODE, [runtime], without_site=True))
        for function, (_, module, wired) in ENTRIES.items():
            code = f"import {module} as entry; entry.observed(); entry.{wired}()"
            path = [build / f"{function}Function", layer, runtime]
            found.setdefault(function, []).append(started(code, path, without_site=True))
    return found


def _row(name: str, starts: list[Start], bare: list[Start], floor: float) -> list[str]:
    cpu = [start.seconds for start in starts]
    without = median(start.seconds for start in bare)
    return [
        name,
        f"{median(cpu) * 1000:.0f}",
        f"{median(cpu) / floor:.2f}",
        f"{min(cpu) * 1000:.0f}-{max(cpu) * 1000:.0f}",
        f"{without * 1000:.0f}",
        f"{without / floor:.2f}",
        f"{len(starts[0].modules)}",
    ]
