"""`make cost`: print what a month costs for fleets of several sizes, and put the table into docs/cost.md."""

from pathlib import Path

from bench.cost.limits import limits
from bench.cost.stack import stack
from bench.cost.tables import by_line, options

DOCUMENT = Path(__file__).parents[2] / "docs" / "cost.md"
BEGIN, END = "<!-- made by make cost -->\n", "<!-- end -->\n"


def section() -> str:
    """Return what is generated of the document."""
    facts = stack()
    return "\n".join([*by_line(facts), "", *limits(facts), "", *options(facts)]) + "\n"


def renewed(text: str) -> str:
    """Return the document with the section made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + section() + "\n" + END + after


if __name__ == "__main__":
    print(section(), end="")
    DOCUMENT.write_text(renewed(DOCUMENT.read_text()))
