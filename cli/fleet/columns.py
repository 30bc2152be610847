"""Which column of a spreadsheet is what, by what people call them."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lapsewatch.errors import InvalidRequestError

from cli.addresses import address_from
from cli.fleet.sheets import SAMPLE, Line

type Vocabulary = Mapping[str, tuple[str, ...]]
"""What people call each field, the likeliest first."""

WORDS: Vocabulary = {
    "id": ("id", "instance id", "short name", "slug"),
    "name": ("name", "pbx name", "instance name", "pbx", "instance", "system", "site", "location", "description"),
    "customer": (
        "customer", "customer name", "company", "company name", "client", "client name", "organization",
        "organisation", "account", "tenant", "end user",
    ),
    "address": (
        "fqdn", "address", "host", "hostname", "host name", "pbx fqdn", "3cx fqdn", "domain", "url", "pbx url",
        "web url", "web client", "webclient", "management console", "server", "link",
    ),
    "port": ("port", "https port", "web port"),
    "access": ("access", "method", "auth", "authentication", "login type", "auth type"),
    "user": (
        "client id", "clientid", "api client", "api client id", "api user", "user", "username", "user name", "login",
        "extension", "ext", "admin user",
    ),
    "password": ("password", "pass", "pwd", "client secret", "api secret", "api key", "secret", "admin password"),
    "zone": ("zone", "time zone", "timezone", "tz"),
}  # fmt: skip
API_WORDS = frozenset({"client id", "clientid", "api client", "api client id", "api user"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column each field is in, by its number from 0."""

    header: Line
    places: Mapping[str, int]

    def header_of(self, field: str) -> str:
        return self.header.cells[self.places[field]]

    def of(self, line: Line, field: str) -> str:
        """Return a field of a row, empty if there is none."""
        place = self.places.get(field)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    @property
    def by_api_client(self) -> bool:
        """Whether the users of the sheet are API clients, by what their column is called."""
        return "user" in self.places and _plain(self.header_of("user")) in API_WORDS

    @property
    def left_over(self) -> list[str]:
        """The columns that nothing is made of."""
        return [text for n, text in enumerate(self.header.cells) if text and n not in self.places.values()]


def columns_of(lines: Sequence[Line], overrides: Mapping[str, str]) -> Columns:
    """Return where each field is; raise InvalidRequestError if nowhere is an address, or no row is a header."""
    columns = guessed(lines, WORDS, overrides)
    header, places = columns.header, columns.places
    if "address" not in places:
        found = _column_of_hosts(header, lines)
        if found is None:
            known = ", ".join(text for text in header.cells if text)
            raise InvalidRequestError(
                f"No column has the PBXs' host names: name it with --column address=HEADER. There are {known}."
            )
        # A column of hosts is their address, whatever else its header made us think.
        places = {field: place for field, place in places.items() if place != found} | {"address": found}
    if not columns.places or _is_host(header, places["address"]):
        raise InvalidRequestError(
            f"Row {header.number} is no header that is understood: put one above the PBXs, such as Name and FQDN, "
            "or name its columns with --column address=HEADER."
        )
    return Columns(header, places)


def guessed(lines: Sequence[Line], vocabulary: Vocabulary, overrides: Mapping[str, str]) -> Columns:
    """Return which fields are in which columns, by their words and by what is said about them."""
    named = {_plain(name) for name in overrides.values()}
    known = {word for words in vocabulary.values() for word in words} | named
    # Titles and notes may stand above the header: it is the row that says most.
    header = max(lines[:SAMPLE], key=lambda line: sum(_plain(cell) in known for cell in line.cells))
    plain = [_plain(cell) for cell in header.cells]
    found = {field: next((plain.index(w) for w in words if w in plain), None) for field, words in vocabulary.items()}
    places = {field: place for field, place in found.items() if place is not None}
    return Columns(header, places | {field: _column_named(header, field, name) for field, name in overrides.items()})


def overrides_from(texts: Iterable[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Read `field=Header` as often as it is given."""
    found = {}
    for text in texts:
        field, equals, header = text.partition("=")
        if not equals or field.strip() not in vocabulary:
            raise InvalidRequestError(f"--column: give FIELD=HEADER, where FIELD is one of {', '.join(vocabulary)}.")
        found[field.strip()] = header.strip()
    return found


def _column_named(header: Line, field: str, name: str) -> int:
    plain = [_plain(cell) for cell in header.cells]
    if _plain(name) not in plain:
        near = difflib.get_close_matches(name, header.cells, n=1) or [cell for cell in header.cells if cell]
        raise InvalidRequestError(f"--column {field}: there is no column {name!r}; there is {', '.join(near)}.")
    return plain.index(_plain(name))


def _column_of_hosts(header: Line, lines: Sequence[Line]) -> int | None:
    below = [line for line in lines if line.number > header.number][:SAMPLE]
    hosts = [sum(_is_host(line, n) for line in below) for n in range(len(header.cells))]
    most = max(hosts, default=0)
    return hosts.index(most) if most * 2 > len(below) else None


def _is_host(line: Line, place: int) -> bool:
    try:
        return place < len(line.cells) and "." in address_in(line.cells[place])
    except ValueError:
        return False


def address_in(cell: str) -> str:
    """Return the address in a cell, which may be a link to the console; raise ValueError if there is none."""
    host = re.sub(r"^https?://", "", cell.strip(), flags=re.IGNORECASE)
    name, colon, port = re.split(r"[/?#]", host, maxsplit=1)[0].partition(":")
    return address_from(f"{name.removesuffix('.')}{colon}{port}")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
