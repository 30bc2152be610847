"""A spreadsheet as rows of text, whatever program wrote it."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import openpyxl
from lapsewatch.errors import InvalidRequestError

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 200
DELIMITERS = ",;\t|"
SAMPLE = 20
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet with the number that the spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


def read_sheet(path: Path, sheet: str | None = None) -> list[Line]:
    """Return every row that has something in it; raise InvalidRequestError for a file that is no spreadsheet."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InvalidRequestError(f"{path} is larger than {LARGEST_FILE // 1024 // 1024} MiB: split it.")
        content = path.read_bytes()
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}.") from None
    packed = content.startswith(b"PK")
    rows = _workbook_rows(content, sheet) if packed else _text_rows(_decoded(content))
    lines = [line for number, cells in enumerate(rows, 1) if any((line := Line(number, cells)).cells)]
    if not lines:
        raise InvalidRequestError(f"{path} has no rows.")
    return lines


def _decoded(content: bytes) -> str:
    named = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    for encoding in (named,) if named else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidRequestError("This is neither text nor .xlsx: save the sheet as CSV (UTF-8) or as .xlsx.")


def _text_rows(text: str) -> Iterator[tuple[str, ...]]:
    # Some programs say in a first line what separates the cells.
    hint, _, rest = text.partition("\n")
    told = hint.strip().strip('"').lower().startswith("sep=")
    delimiter = hint.strip().strip('"')[4:5] if told else _delimiter_of(text)
    if told:
        yield ()
        text = rest
    try:
        yield from _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or ","))
    except csv.Error as error:
        raise InvalidRequestError(f"This is no CSV text: {error}.") from None


def _delimiter_of(text: str) -> str:
    """Return what parts most rows into cells."""

    def parts(delimiter: str) -> int:
        sample = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), SAMPLE)
        try:
            return sum(len(row) - 1 for row in sample)
        except csv.Error:
            return -1

    return max(DELIMITERS, key=parts)


def _workbook_rows(content: bytes, sheet: str | None) -> Iterator[tuple[str, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise InvalidRequestError("The workbook is too large when unpacked: copy the rows to a new one.")
        with warnings.catch_warnings(action="ignore"):  # it tells of looks that it does not understand
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            if sheet is not None and sheet not in book.sheetnames:
                raise InvalidRequestError(f"There is no sheet {sheet!r}: there are {', '.join(book.sheetnames)}.")
            found = book[sheet] if sheet is not None else book.active
            if found is None:
                raise InvalidRequestError("The workbook has no sheet.")
            yield from list(_bounded(found.iter_rows(values_only=True)))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError) as error:
        raise InvalidRequestError(f"This is no .xlsx workbook ({type(error).__name__}): save it anew.") from None


def _bounded(rows: Iterable[Iterable[object]]) -> Iterator[tuple[str, ...]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise InvalidRequestError(f"The sheet has more than {MOST_ROWS:,} rows: split it.")
        yield tuple(_text(cell) for cell in islice(row, MOST_COLUMNS))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # spreadsheets keep the extension 100 as 100.0
    return str(cell).strip()
