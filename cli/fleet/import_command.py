"""`lapsewatch fleet import`: the spreadsheet that people have today, as a fleet file."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from lapsewatch.domain.instance import Access
from lapsewatch.errors import InvalidRequestError

from cli.fleet.columns import WORDS, Columns, columns_of, overrides_from
from cli.fleet.importing import Imported, imported_from, passwords_of
from cli.fleet.sheets import Line, read_sheet
from cli.fleet.writing import FileRow, fleet_text, write
from cli.printing import complaints, remark, table

SHOWN = 3


def fleet_import(
    sheet: Annotated[Path, typer.Argument(help="A .csv or .xlsx file.", metavar="SHEET")],
    column: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=HEADER", help="Which column a field is in, if not guessed.")
    ] = None,
    access: Annotated[Access | None, typer.Option(help="The way in, for rows that do not say it.")] = None,
    output: Annotated[Path | None, typer.Option(help="The fleet file to write, if not to the terminal.")] = None,
    secrets: Annotated[
        Path | None, typer.Option(help="A folder for the passwords of the sheet, a file for each instance.")
    ] = None,
    tab: Annotated[str | None, typer.Option(help="Which sheet of a workbook, if not the one it opens with.")] = None,
) -> None:
    """Make a fleet file of a spreadsheet, to be looked through, planned and applied. Nothing else is changed."""
    lines = read_sheet(sheet, tab)
    columns = columns_of(lines, overrides_from(column or [], WORDS))
    complaints.print(table(("field", "column", "such as"), guesses(columns, lines)))
    if columns.left_over:
        remark(f"Not used: {', '.join(columns.left_over)}.")
    found = imported_from(lines, columns, access)
    passwords = passwords_of(found)
    places: Mapping[str, Path] = {}
    if secrets is not None:
        places = keep(passwords, secrets)
        remark(f"{len(places)} passwords are in {secrets}, for you only. Delete it once they are applied.")
    elif passwords:
        remark(f"{len(passwords)} passwords are left out: --secrets FOLDER keeps them, or `fleet apply` asks for each.")
    home = (output or Path("fleet.yaml")).absolute().parent
    write(fleet_text(row_of(item, places, home) for item in found), output)
    remark(f"{len(found)} instances. Look it through, then `lapsewatch fleet plan` and `lapsewatch fleet apply`.")


def guesses(columns: Columns, lines: Sequence[Line]) -> Iterator[tuple[str, str, str]]:
    """Yield what each field is taken from, with examples; of passwords there are none."""
    below = [line for line in lines if line.number > columns.header.number]
    for field in columns.places:
        samples = (text for line in below if (text := columns.of(line, field)))
        first = [text for text, _ in zip(samples, range(SHOWN), strict=False)]
        yield field, columns.header_of(field), "(not shown)" if field == "password" else ", ".join(first)


def row_of(item: Imported, places: Mapping[str, Path], home: Path) -> FileRow:
    """Return the row of the file; it says where a kept password is, relative to the file."""
    row = item.row.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    if (place := places.get(item.row.id)) is not None:
        row["secret"] = {"file": os.path.relpath(place.absolute(), home)}
    return row


def keep(passwords: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Write each password to a file that only its owner can read; what is there already is never overwritten."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        return {key: _kept(password, folder / key) for key, password in passwords.items()}
    except OSError as error:
        raise InvalidRequestError(f"--secrets {folder}: {error.strerror}: give a new or empty folder.") from None


def _kept(password: str, place: Path) -> Path:
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(password)
    return place
