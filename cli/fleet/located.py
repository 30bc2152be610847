"""YAML as plain data that knows its lines. Every value is text: nobody's extension 0100 becomes 64, nor a zone `no`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from lapsewatch.errors import LapsewatchError

type Place = tuple[str | int, ...]

LARGEST_FILE = 8 * 1024 * 1024
DEEPEST = 8
MOST_VALUES = 500_000
EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
# The loader in C reads the same language twenty times as fast, and is in nearly every build.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FleetFileError(LapsewatchError):
    """A fleet file cannot be used; the text has a line for everything that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def made_of_each[Given, Made](
    given: Iterable[Given], make: Callable[[Given], Made], place: Callable[[Given], str]
) -> list[Made]:
    """Make something of each, or raise FleetFileError that tells by its place of everything that gives a ValueError."""
    made: list[Made] = []
    problems: list[str] = []
    for one in given:
        try:
            made.append(make(one))
        except ValueError as error:
            problems.append(f"{place(one)}: {error}")
    if problems:
        raise FleetFileError(problems)
    return made


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and in which lines it says it."""

    data: Any
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """Return the line of a value, or of what it should have been in."""
        return next((self.lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self.lines), 1)


def document_from(text: str) -> Document:
    """Read YAML; raise FleetFileError for what is no YAML, too large or too deep, or uses more than we understand."""
    if len(text) > LARGEST_FILE:
        raise FleetFileError([f"The file is larger than {LARGEST_FILE // 1024 // 1024} MiB: split the fleet."])
    lines: dict[Place, int] = {}
    try:
        events = _counted(yaml.parse(text, Loader=LOADER))
        first = next(events, None)
        data = None if first is None else _value(first, events, (), lines)
        if (more := next(events, None)) is not None:
            raise FleetFileError([f"line {_line(more)}: one document is enough: remove the --- and what follows."])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FleetFileError([f"line {line}: this is not YAML: {error.problem}."]) from None
    except yaml.YAMLError as error:
        raise FleetFileError([f"This is not YAML text: {type(error).__name__}."]) from None
    return Document(data, lines)


def _counted(events: Iterable[Any]) -> Iterator[Any]:
    """Yield what makes up values, one at a time, and not without end."""
    number = 0
    for event in events:
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            number += 1
            if number > MOST_VALUES:
                raise FleetFileError([f"line {_line(event)}: the file says too much: split the fleet."])
            yield event


def _value(event: Any, events: Iterator[Any], place: Place, lines: dict[Place, int]) -> Any:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise FleetFileError([f"line {line}: anchors (&) and aliases (*) are not understood: write it out."])
    if event.tag is not None:
        raise FleetFileError([f"line {line}: tags (!) are not understood: put the text in quotes."])
    if len(place) > DEEPEST:
        raise FleetFileError([f"line {line}: nothing in a fleet file is nested so deeply."])
    lines.setdefault(place, line)
    if isinstance(event, yaml.ScalarEvent):
        return None if not event.style and event.value in EMPTY else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return list(_items(events, place, lines))
    return _mapping(events, place, lines)


def _items(events: Iterator[Any], place: Place, lines: dict[Place, int]) -> Iterator[Any]:
    number = 0
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        yield _value(event, events, (*place, number), lines)
        number += 1


def _mapping(events: Iterator[Any], place: Place, lines: dict[Place, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise FleetFileError([f"line {line}: the name of a field is a plain word."])
        if event.value in found:
            raise FleetFileError([f"line {line}: {event.value} stands here twice: keep one."])
        lines[*place, event.value] = line
        found[event.value] = _value(next(events), events, (*place, event.value), lines)
    return found


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
