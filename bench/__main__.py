"""`make bench`: ours beside the floor and the peers in one run, printed and put into docs/performance.md."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bench import lane, render, scale, starts
from bench.cost.bill import bill
from bench.cost.stack import stack
from bench.document import Plot, table
from bench.polls import measured as polls

DOCS = Path(__file__).parents[1] / "docs"
DOCUMENT, IMAGES = DOCS / "performance.md", DOCS / "images"
BEGIN, END = "<!-- made by make bench -->\n", "<!-- end -->\n"
SIZES = (1_000, 10_000, 100_000)
COUNTED = ("Lambda", "SQS", "DynamoDB")


def cost() -> Iterator[str | Plot]:
    """Yield what reading costs by the measured figures."""
    facts = stack()
    each = {
        size: {line.service: line.usd / size * 1000 for line in bill(facts, size) if line.job == "reading"}
        for size in SIZES
    }
    yield "USD a month for 1,000 instances, hourly polls:"
    rows = [[name, *(f"{each[size][name]:.2f}" for size in SIZES)] for name in COUNTED]
    totals = [(size, sum(each[size][name] for name in COUNTED)) for size in SIZES]
    yield table(
        ["reading", *(f"of {size:,}" for size in SIZES)], [*rows, ["**all**", *(f"{usd:.2f}" for _, usd in totals)]]
    )
    yield Plot("cost", "USD a month for 1,000 instances, by size of the fleet", {"reading": totals})


SECTIONS: dict[str, Callable[[], Iterator[str | Plot]]] = {
    "Polls": polls.section,
    "PBXs that let us wait": lane.section,
    "Cold starts": starts.section,
    "Reminders and dispatch": scale.section,
    "Rendering": render.section,
    "Cost": cost,
}


def main() -> None:
    """Measure everything, print it, and put it into the document."""
    parts = []
    for title, section in SECTIONS.items():
        parts.append(f"### {title}")
        for part in section():
            parts.append(_shown(part))
            print(parts[-1], flush=True)
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(before + BEGIN + "\n" + "\n\n".join(parts) + "\n\n" + END + after)


def _shown(part: str | Plot) -> str:
    if isinstance(part, str):
        return part
    (IMAGES / f"bench-{part.name}.svg").write_text(part.svg())
    return f"![{part.title}](images/bench-{part.name}.svg)"


if __name__ == "__main__":
    main()
