"""From the rows of a spreadsheet to the rows of a fleet file, or everything that is wrong with them by number."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lapsewatch.domain.instance import Access
from pydantic import ValidationError

from cli.fleet.columns import Columns, address_in
from cli.fleet.located import FleetFileError
from cli.fleet.remedies import remedy
from cli.fleet.rows import Row
from cli.fleet.sheets import Line

EVERYBODYS = frozenset({"pbx", "3cx", "phone", "phones", "voip", "tel", "sip", "www", "localhost", "my3cx"})
"""First labels of host names that tell nobody apart."""
LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Imported:
    """One row of a sheet as a row of a fleet file, and its password beside it."""

    row: Row
    password: str | None = field(default=None, repr=False)


def imported_from(lines: Sequence[Line], columns: Columns, access: Access | None) -> list[Imported]:
    """Return the rows below the header; raise FleetFileError with a line for everything that is wrong."""
    problems: list[str] = []
    taken: set[str] = set()
    addresses: dict[str, int] = {}
    found = []
    for line in lines:
        if line.number <= columns.header.number:
            continue
        try:
            made = _imported(line, columns, access, taken)
        except ValidationError as error:
            told = error.errors(include_url=False, include_context=False, include_input=False)
            problems += (f"row {line.number}: {p['loc'][0]}: {remedy(p, p['loc'])}" for p in told)
            continue
        except ValueError as error:
            problems.append(f"row {line.number}: {error}.")
            continue
        first = addresses.setdefault(made.row.address, line.number)
        if first != line.number:
            problems.append(f"row {line.number}: address: row {first} has it already: keep one of them.")
        found.append(made)
    if problems:
        raise FleetFileError(problems)
    return found


def _imported(line: Line, columns: Columns, access: Access | None, taken: set[str]) -> Imported:
    address = _address(line, columns)
    name = columns.of(line, "name") or columns.of(line, "customer") or address
    row = Row(
        id=columns.of(line, "id") or _new_id(address, name, taken),
        name=name,
        customer=columns.of(line, "customer") or name,
        address=address,
        access=_access(columns.of(line, "access"), access or _way_of(columns)),
        user=columns.of(line, "user") or None,
        zone=columns.of(line, "zone") or None,
    )
    if row.id in taken:
        raise ValueError("id: another row has it already: give another")
    taken.add(row.id)
    return Imported(row, columns.of(line, "password") or None)


def _address(line: Line, columns: Columns) -> str:
    cell, port = columns.of(line, "address"), columns.of(line, "port")
    if not cell:
        raise ValueError(
            f"address: the cell under {columns.header_of('address')!r} is empty: fill it or remove the row"
        )
    try:
        address = address_in(cell)
        return address_in(f"{address}:{port}") if port and ":" not in address else address
    except ValueError as error:
        raise ValueError(f"address: {error}") from None


def _way_of(columns: Columns) -> Access:
    return Access.API_CLIENT if columns.by_api_client else Access.AUTO


def _access(cell: str, default: Access) -> Access:
    """Return the way in that a cell names, in our words or in people's."""
    plain = re.sub(r"[\W_]+", "_", cell.strip().lower())
    if not plain:
        return default
    if plain in Access:
        return Access(plain)
    if "api" in plain:
        return Access.API_CLIENT
    if any(word in plain for word in ("user", "web", "ext", "login")):
        return Access.USER_LOGIN
    raise ValueError(f"access: give one of {', '.join(Access)}")


def _new_id(address: str, name: str, taken: set[str]) -> str:
    label = address.partition(":")[0].partition(".")[0]
    return next(wanted for wanted in _ids(name if label in EVERYBODYS else label) if wanted not in taken)


def _ids(text: str) -> Iterator[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    slug = "-".join(re.findall("[a-z0-9]+", plain.lower()))[: LONGEST_ID - 6].strip("-") or "pbx"
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1


def passwords_of(found: Iterable[Imported]) -> dict[str, str]:
    """Return the passwords that the sheet has, by instance."""
    return {item.row.id: item.password for item in found if item.password}
