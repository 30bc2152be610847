"""The spreadsheet that people have becomes a fleet file, and its passwords never are in it."""

import stat
from pathlib import Path

import openpyxl
import pytest
from lapsewatch.domain.instance import Access
from lapsewatch.errors import InvalidRequestError
from typer.testing import CliRunner, Result

from cli.__main__ import app
from cli.fleet.columns import columns_of
from cli.fleet.importing import Imported, imported_from
from cli.fleet.located import FleetFileError
from cli.fleet.reading import ReadRow, fleet_from, read_fleet
from cli.fleet.sheets import MOST_ROWS, Line, read_sheet

SHEET = """\
Customer,PBX name,FQDN,Port,Client ID,Client secret,Notes
Northwind Health,Northwind Cardiology,northwind.3cx.us,,lapsewatch,canary-1,call first
Harbor Dental,Harbor,https://pbx.harbor.example:5001/webclient,,lapsewatch,canary-2,
Stone & Co,Stone,stone.3cx.us.,5001,lapsewatch,,
"""


def lines(text: str) -> list[Line]:
    return [Line(number, tuple(row.split(","))) for number, row in enumerate(text.splitlines(), 1) if row]


def imported(text: str, **overrides: str) -> list[Imported]:
    rows = lines(text)
    return imported_from(rows, columns_of(rows, overrides), None)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["fleet", "import", *map(str, words)], env={"COLUMNS": "200"})


def saved(folder: Path, content: str | bytes, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_columns_are_guessed_by_what_people_call_them() -> None:
    found = imported(SHEET)

    assert [(item.row.id, item.row.name, item.row.customer, item.row.address) for item in found] == [
        ("northwind", "Northwind Cardiology", "Northwind Health", "northwind.3cx.us"),
        ("harbor", "Harbor", "Harbor Dental", "pbx.harbor.example:5001"),
        ("stone", "Stone", "Stone & Co", "stone.3cx.us:5001"),
    ]
    assert {(item.row.access, item.row.user) for item in found} == {(Access.API_CLIENT, "lapsewatch")}
    assert [item.password for item in found] == ["canary-1", "canary-2", None]


def test_the_import_is_a_file_that_can_be_planned(tmp_path: Path) -> None:
    result = run(saved(tmp_path, SHEET))

    rows = fleet_from(result.stdout).rows
    assert result.exit_code == 0
    assert [read.row for read in rows] == sorted((item.row for item in imported(SHEET)), key=lambda row: row.id)


def test_no_password_is_printed_or_written_to_the_file(tmp_path: Path) -> None:
    result = run(saved(tmp_path, SHEET), "--output", tmp_path / "fleet.yaml")

    assert "canary" not in result.output + (tmp_path / "fleet.yaml").read_text()
    assert "2 passwords are left out" in result.stderr


def test_passwords_are_kept_in_files_for_their_owner_only_that_apply_finds(tmp_path: Path) -> None:
    result = run(saved(tmp_path, SHEET), "--output", tmp_path / "fleet.yaml", "--secrets", tmp_path / "secrets")

    northwind = next(read.row for read in read_fleet(tmp_path / "fleet.yaml").rows if read.row.id == "northwind")
    assert northwind.secret is not None
    place = tmp_path / str(northwind.secret.file)
    assert (place.read_text(), stat.S_IMODE(place.stat().st_mode)) == ("canary-1", 0o600)
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert "canary" not in result.output + (tmp_path / "fleet.yaml").read_text()


def test_kept_passwords_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "northwind").write_text("another")

    result = run(saved(tmp_path, SHEET), "--secrets", tmp_path)

    assert isinstance(result.exception, InvalidRequestError)
    assert (tmp_path / "northwind").read_text() == "another"


def test_a_column_can_be_named(tmp_path: Path) -> None:
    text = "What,Where,Who\nMain,main.3cx.us,100\n"

    [found] = imported(text, name="What", user="who")

    assert (found.row.name, found.row.address, found.row.user) == ("Main", "main.3cx.us", "100")
    result = run(saved(tmp_path, text), "--column", "name=Wat")
    assert isinstance(result.exception, InvalidRequestError)
    assert "What" in str(result.exception)


@pytest.mark.parametrize("option", ["nonsense", "colour=What", "=What"])
def test_an_override_that_is_none_is_refused(tmp_path: Path, option: str) -> None:
    result = run(saved(tmp_path, SHEET), "--column", option)

    assert isinstance(result.exception, InvalidRequestError)


def test_a_sheet_without_any_host_names_is_refused_with_its_columns() -> None:
    with pytest.raises(InvalidRequestError, match=r"--column address=HEADER.*Customer, Phone"):
        imported("Customer,Phone\nNorthwind,555-1234\n")


@pytest.mark.parametrize(
    "text",
    [
        "Northwind,northwind.3cx.us\nHarbor,harbor.3cx.us\nStone,stone.3cx.us\n",
        "northwind.3cx.us\nharbor.3cx.us\n",
        "PBX,northwind.3cx.us\nHarbor,harbor.3cx.us\nStone,stone.3cx.us\n",
        "Uno,Due\nHarbor,harbor.3cx.us\nStone,stone.3cx.us\n",
    ],
)
def test_a_sheet_without_a_header_is_refused_so_that_its_first_pbx_is_not_lost(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="Row 1 is no header"):
        imported(text)


def test_titles_above_the_header_are_passed_over() -> None:
    [found] = imported("Our PBXs,,\n\nCompany,Host,Ext\nNorthwind,northwind.3cx.us,0100\n")

    assert (found.row.customer, found.row.user, found.row.access) == ("Northwind", "0100", Access.AUTO)


@pytest.mark.fault("C2")
def test_everything_that_is_wrong_is_told_with_the_number_of_its_row() -> None:
    text = "Name,FQDN,Time zone\nA,192.0.2.7,\nB,b.3cx.us,Mars\nC,,\nD,d.3cx.us,\nE,D.3cx.us,\nF,f.3cx.us:22,\n"

    with pytest.raises(FleetFileError) as told:
        imported(text)

    assert [line.split(":")[:2] for line in told.value.problems] == [
        ["row 2", " address"],
        ["row 3", " zone"],
        ["row 4", " address"],
        ["row 6", " address"],
        ["row 7", " address"],
    ]


def test_ids_are_made_of_host_names_and_none_twice() -> None:
    text = "Name,FQDN\nOne,pbx.one.example\nTwo,two.3cx.us\nTwo,two.example.net\nÜber & Co,pbx.x.example\n!,3cx.y.us\n"

    assert [item.row.id for item in imported(text)] == ["one", "two", "two-2", "uber-co", "pbx"]


@pytest.mark.parametrize(
    ("cell", "access"),
    [
        ("API", Access.API_CLIENT),
        ("api_client", Access.API_CLIENT),
        ("API Client", Access.API_CLIENT),
        ("Web login", Access.USER_LOGIN),
        ("extension", Access.USER_LOGIN),
        ("", Access.AUTO),
        ("legacy", Access.LEGACY),
        ("Auto", Access.AUTO),
    ],
)
def test_the_way_in_is_read_in_people_s_words(cell: str, access: Access) -> None:
    [found] = imported(f"FQDN,User,Method\nx.3cx.us,100,{cell}\n")

    assert found.row.access is access


@pytest.mark.parametrize(
    ("encoding", "delimiter", "prefix"),
    [
        ("utf-8", ",", ""),
        ("utf-8-sig", ";", ""),
        ("cp1252", ";", ""),
        ("utf-16", "\t", ""),
        ("utf-8", "|", ""),
        ("utf-8", ";", "sep=;\r\n"),
    ],
)
def test_whatever_program_wrote_it_the_sheet_is_read(
    tmp_path: Path, encoding: str, delimiter: str, prefix: str
) -> None:
    rows = [["Customer", "FQDN", "Notes"], ["Müller, Söhne", "mueller.3cx.us", '"two\nlines"']]
    text = prefix + "\r\n".join(delimiter.join(f'"{c}"' if "," in c else c for c in row) for row in rows)

    header, row = read_sheet(saved(tmp_path, text.encode(encoding)))[-2:]

    assert header.cells == ("Customer", "FQDN", "Notes")
    assert row.cells == ("Müller, Söhne", "mueller.3cx.us", "two\nlines")


def test_a_workbook_is_read_with_its_numbers_as_people_see_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Customer", "FQDN", "Extension"],
        ["Northwind", "northwind.3cx.us", 100.0],
        [],
        ["H", "h.3cx.us", "0101"],
    ):
        sheet.append(row)
    book.create_sheet("Old").append(["x"])
    book.save(tmp_path / "fleet.xlsx")

    read = read_sheet(tmp_path / "fleet.xlsx")
    found = imported_from(read, columns_of(read, {}), None)

    assert [(item.row.id, item.row.user) for item in found] == [("northwind", "100"), ("h", "0101")]
    assert [line.number for line in read] == [1, 2, 4]
    assert read_sheet(tmp_path / "fleet.xlsx", "Old") == [Line(1, ("x",))]
    with pytest.raises(InvalidRequestError, match="Old"):
        read_sheet(tmp_path / "fleet.xlsx", "None")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04nonsense",
        b"\x00\x01\x02",
        b"\xff\xfe\x00",
        b'"' + b"x" * 200_000,
        b"\xd0\xcf\x11\xe0\x81",
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        read_sheet(saved(tmp_path, content))


def test_a_sheet_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="10,000 rows"):
        read_sheet(saved(tmp_path, "a,b\n" * (MOST_ROWS + 1)))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="No such file"):
        read_sheet(tmp_path / "none.csv")


def test_a_name_that_looks_like_a_formula_or_markup_stays_text(tmp_path: Path) -> None:
    result = run(saved(tmp_path, "Name,FQDN\n=cmd|x!A1,x.3cx.us\n[red]y[/],y.3cx.us\n'- z: 1',z.3cx.us\n"))

    reads: list[ReadRow] = fleet_from(result.stdout).rows
    assert [read.row.name for read in reads] == ["=cmd|x!A1", "[red]y[/]", "'- z: 1'"]
