"""Text from outside on one line, and no longer than there is room."""

from collections.abc import Sequence
from itertools import accumulate

ELLIPSIS = "…"


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters, surrogates and what turns the direction of writing."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def cut(text: str, room: int) -> str:
    """Return a text in at most `room` units of UTF-16, which no service counts more strictly than."""
    if units(text) <= room:
        return text
    fitting = sum(1 for taken in accumulate(map(units, text)) if taken < room)
    return text[:fitting].rstrip() + ELLIPSIS


def fitting(lines: Sequence[str], room: int) -> list[str]:
    """Return the first lines that have room together, with their line breaks, and a last one for what has none."""
    ends = accumulate(units(line) + 1 for line in lines)
    kept = [line for line, end in zip(lines, ends, strict=True) if end < room]
    return kept if len(kept) == len(lines) else [*kept, ELLIPSIS]


def units(text: str) -> int:
    """Return how many units of UTF-16 a text takes."""
    return len(text) + sum(character > "\uffff" for character in text)
