"""What is printed for people. Names and errors are untrusted text: never markup, never commands to the terminal."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

console = Console(highlight=False, markup=False, emoji=False)
complaints = Console(stderr=True, highlight=False, markup=False, emoji=False)


def printable(text: str) -> str:
    """Return text without the characters that a terminal would obey instead of showing them."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def say(text: str) -> None:
    console.print(printable(text))


def complain(text: str) -> None:
    complaints.print(printable(text), style="red")


def remark(text: str) -> None:
    """Say something beside what is printed for files and programs."""
    complaints.print(printable(text))


def print_json(document: Any) -> None:
    """Print a document for programs; what a terminal would obey is escaped, and so the same to a program."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Return a table whose cells are shown as they are, and whole; the first one gives way last."""
    first, *others = header
    made = Table(Column(first, no_wrap=True), *(Column(name, overflow="fold") for name in others))
    for row in rows:
        made.add_row(*(Text(printable(cell)) for cell in row))
    return made


def listing[Item](
    items: Iterable[Item],
    header: Sequence[str],
    row: Callable[[Item], Iterable[str]],
    document: Callable[[Item], Any],
    *,
    as_json: bool,
) -> None:
    """Print what there is as a table, or as a list of documents for programs."""
    if as_json:
        print_json([document(item) for item in items])
    else:
        console.print(table(header, map(row, items)))
