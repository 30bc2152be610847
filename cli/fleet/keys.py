"""A list of license keys with their dates, as a spreadsheet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lapsewatch.errors import InvalidRequestError

from cli.fleet.columns import Columns, Vocabulary, guessed
from cli.fleet.located import made_of_each
from cli.fleet.sheets import Line

WORDS: Vocabulary = {
    "key": ("license key", "licence key", "licensekey", "key", "3cx key", "license", "licence"),
    "expires": (
        "expiry date", "expirydate", "expiration date", "expirationdate", "expires", "expires on", "expiry",
        "expiration", "valid until", "end date", "renewal date", "maintenance date",
    ),
}  # fmt: skip
KEY = re.compile(r"[A-Za-z0-9-]{4,64}")
NEVER = frozenset({"", "-", "n/a", "never", "none", "perpetual"})
UNAMBIGUOUS = ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key that somebody else knows of; no date means that the list has none."""

    key: str
    expires_on: date | None


def key_columns(lines: Sequence[Line], overrides: Mapping[str, str]) -> Columns:
    """Return where keys and dates are; raise InvalidRequestError if nowhere is a key."""
    columns = guessed(lines, WORDS, overrides)
    if "key" not in columns.places:
        raise InvalidRequestError("No column has license keys: name it with --column key=HEADER.")
    return columns


def keys_from(lines: Sequence[Line], overrides: Mapping[str, str], date_format: str | None) -> list[ListedKey]:
    """Return the keys of a sheet; raise FleetFileError with a line for everything that is wrong."""
    columns = key_columns(lines, overrides)
    below = (line for line in lines if line.number > columns.header.number)
    return made_of_each(below, lambda line: _listed(line, columns, date_format), lambda line: f"row {line.number}")


def _listed(line: Line, columns: Columns, date_format: str | None) -> ListedKey:
    key = columns.of(line, "key")
    if KEY.fullmatch(key) is None:
        raise ValueError("key: this is no license key: fill it or remove the row.")
    return ListedKey(key.upper(), _day(columns.of(line, "expires"), date_format))


def _day(text: str, date_format: str | None) -> date | None:
    if text.lower() in NEVER:
        return None
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]", text):
        text = text[: len("2026-06-12")]
    for form in (date_format,) if date_format else UNAMBIGUOUS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a calendar day has no zone
        except ValueError:
            continue
    raise ValueError("expires: give dates as 2026-06-12, or say how they are written: --date-format %m/%d/%Y.")
