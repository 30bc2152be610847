"""A fleet file as its rows, or everything that is wrong with it. One wrong row rejects the whole file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.fleet.located import Document, FleetFileError, Place, document_from
from cli.fleet.remedies import remedy
from cli.fleet.routes.reading import ReadRoute, problems_of
from cli.fleet.rows import FleetFile, Row

NAMED = {"instances": ("id", "instance"), "routes": ("name", "route")}
"""By which field the items of a list are called, and what they are."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row and where it stands."""

    row: Row
    line: int


@dataclass(frozen=True, slots=True)
class ReadFleet:
    """What a fleet file says."""

    rows: list[ReadRow]
    routes: list[ReadRoute] | None
    """None if the file says nothing about routes."""


def read_fleet(path: Path) -> ReadFleet:
    """Return what a fleet file says; raise FleetFileError with a line for everything that is wrong."""
    try:
        return fleet_from(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FleetFileError([f"{path} cannot be read: {error.strerror}."]) from None
    except UnicodeDecodeError:
        raise FleetFileError([f"{path} is not UTF-8 text: save it as such."]) from None


def fleet_from(text: str) -> ReadFleet:
    """Return what the text of a fleet file says."""
    document = document_from(text)
    if not isinstance(document.data, dict):
        raise FleetFileError(["line 1: a fleet file begins with `instances:` and a list under it."])
    # `instances:` with nothing under it is a fleet of none.
    data = {name: [] if name == "instances" and value is None else value for name, value in document.data.items()}
    try:
        file = FleetFile.model_validate(data)
    except ValidationError as error:
        raise FleetFileError(list(_told(error, document))) from None
    rows = [ReadRow(row, document.line_of(("instances", n))) for n, row in enumerate(file.instances)]
    named = None if file.routes is None else list(enumerate(file.routes))
    routes = None if named is None else [ReadRoute(row, document.line_of(("routes", n))) for n, row in named]
    if problems := [*_repeated(rows), *problems_of(routes or [])]:
        raise FleetFileError(problems)
    return ReadFleet(rows, routes)


def _told(error: ValidationError, document: Document) -> Iterator[str]:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    told = ((document.line_of(problem["loc"]), _sentence(problem, document)) for problem in problems)
    yield from (f"line {line}: {sentence}" for line, sentence in sorted(told))


def _sentence(problem: Any, document: Document) -> str:
    place: Place = problem["loc"]
    whose, path = "", place
    if place[0] in NAMED and len(place) > 1:
        whose, path = f"{_name_of(document, place)}: ", place[2:]
    field = ".".join(map(str, path))
    return f"{whose}{field}{': ' if field else ''}{remedy(problem, place)}"


def _name_of(document: Document, place: Place) -> str:
    row, (name_field, what) = document.data[place[0]][place[1]], NAMED[str(place[0])]
    name = row.get(name_field) if isinstance(row, dict) else None
    return name if isinstance(name, str) else f"{what} {int(place[1]) + 1}"


def _repeated(rows: list[ReadRow]) -> Iterator[str]:
    ids: dict[str, ReadRow] = {}
    addresses: dict[str, ReadRow] = {}
    for read in rows:
        first = ids.setdefault(read.row.id, read)
        if first is not read:
            yield f"line {read.line}: {read.row.id}: id: line {first.line} has it already: give another."
        first = addresses.setdefault(read.row.address, read)
        if first is not read:
            other = f"{first.row.id} in line {first.line}"
            yield f"line {read.line}: {read.row.id}: address: {other} has it already: keep one of them."
