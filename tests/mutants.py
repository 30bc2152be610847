"""The end of `make mutate`: what the tests killed. Fails under the goal, and for survivors that nobody explained."""

import json
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / ".mutants" / "mutants"
EXPLAINED = ROOT / "docs" / "mutation.md"
GOAL = 95
KILLED = frozenset({1, 3, 24, -24, 36, 152, 255})
"""How pytest ends with a failure or an error, and how mutmut names a mutant that never came to an end."""
NAME = re.compile(r"(?P<module>.+)\.x[_ǁ](?P<function>.+)__mutmut_\d+")
EXPLANATION = re.compile(r"^\| `(?P<function>[\w.]+)` \| (?P<count>\d+) \|", re.MULTILINE)


def main() -> int:
    results = {path: json.loads(path.read_text())["exit_code_by_key"] for path in sorted(RESULTS.rglob("*.meta"))}
    survivors: list[str] = []
    print(f"{'file':48} mutants  killed      %")
    for path, codes in results.items():
        alive = [name for name, code in codes.items() if code not in KILLED]
        survivors += alive
        print(_line(str(path.relative_to(RESULTS)).removesuffix(".meta"), len(codes), len(alive)))
    total = sum(len(codes) for codes in results.values())
    print(_line("all", total, len(survivors)))
    print("\nAlive:", *(survivors or ["none"]), sep="\n  ")

    surprises = Counter(map(function_of, survivors)) - explained()
    if surprises:
        print(f"\nNot explained in {EXPLAINED.relative_to(ROOT)}:", *sorted(surprises), sep="\n  ")
    return 1 if surprises or not total or _percent(total, len(survivors)) < GOAL else 0


def function_of(mutant: str) -> str:
    """Return the function of a mutant as a reader knows it, such as `series.Series.still_wants`."""
    name = NAME.fullmatch(mutant)
    if name is None:
        raise ValueError(f"{mutant!r} is no name of a mutant")
    return f"{name['module'].rpartition('.')[2]}.{name['function'].replace('ǁ', '.')}"


def explained() -> Counter[str]:
    """Return how many survivors of each function the document explains."""
    rows = EXPLANATION.finditer(EXPLAINED.read_text())
    return Counter({row["function"]: int(row["count"]) for row in rows})


def _percent(total: int, alive: int) -> float:
    return 100 * (total - alive) / total


def _line(what: str, total: int, alive: int) -> str:
    return f"{what:48} {total:7} {total - alive:7} {_percent(total, alive):6.1f}"


if __name__ == "__main__":
    sys.exit(main())
