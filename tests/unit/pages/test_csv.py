"""The table as a spreadsheet reads it: the same facts as the page, and nothing that it would run."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.pages import render_fleet_csv
from lapsewatch.adapters.pages.fleet_csv import COLUMNS, _word, unarmed
from lapsewatch.domain.license import Seats
from lapsewatch.domain.status import Freshness, StatusRow

from tests.unit.pages.builders import KEY, NOW, fleet, many, status_row
from tests.unit.pages.test_safety import HOSTILE, TEXTS, shown

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\tplain",
    "\rplain",
    "  =1",
    "\x00=1",
    "\u200b=1",
    "\ufeff=1",
    "\u202e=1",
    "\u00a0\u3000=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe661+1",
    "\u2a751+1",  # one character that is folded to two
    '=HYPERLINK("https://evil.example","x")',
)
COLUMN_OF = {
    "instance_id": "Id",
    "name": "Instance",
    "customer": "Customer",
    "fqdn": "FQDN",
    "edition": "Edition",
    "product_code": "Product code",
    "license_key": "License key",
    "version": "Version",
    "reseller": "Reseller",
    "reason": "Reason",
    "remedy": "Remedy",
    "note": "Note",
}
# What UTF-8 cannot say, and NUL, are replaced in all that is rendered.
storable = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def parsed(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:], newline="")))


def cells(row: StatusRow) -> dict[str, str]:
    [found] = parsed(render_fleet_csv(fleet([row])))
    return found


def test_every_text_of_a_row_has_a_column() -> None:
    assert set(COLUMN_OF) == set(TEXTS)
    assert set(COLUMN_OF.values()) <= COLUMNS.keys()


def test_a_row_says_what_the_page_says() -> None:
    found = cells(status_row(maintenance_expires_at=NOW + timedelta(days=30)))

    assert {name: found[name] for name in ("Instance", "Status", "Days left", "Ends on", "What ends")} == {
        "Instance": "Northwind Cardiology",
        "Status": "Critical",
        "Days left": "6",
        "Ends on": "2026-06-12",
        "What ends": "License",
    }
    assert (found["License ends at (UTC)"], found["Maintenance days left"]) == ("2026-06-13 01:00:00", "30")
    assert (found["Seats used"], found["Seats licensed"], found["Seats used in percent"]) == ("9", "40", "23")
    assert (found["License key"], found["Last read (UTC)"]) == (KEY, "2026-06-06 12:40:00")


def test_what_is_not_known_is_empty_and_a_true_zero_is_not_lost() -> None:
    found = cells(status_row(expires_at=None, fqdn=None, sim_calls=0, seats=Seats(used=0, limit=None)))

    assert [found[name] for name in ("FQDN", "Ends on", "Days left", "Seats licensed")] == ["", "", "", ""]
    assert [found[name] for name in ("Simultaneous calls", "Seats used")] == ["0", "0"]


def test_the_days_of_a_lapsed_license_stay_a_number() -> None:
    found = cells(status_row(expires_at=NOW - timedelta(days=3)))

    assert (found["Days left"], found["License days left"]) == ("-3", "-3")


@pytest.mark.fault("R5")
def test_every_cell_is_quoted_and_every_line_ends_as_the_standard_says() -> None:
    lines = render_fleet_csv(many(3)).removeprefix("\ufeff").split("\r\n")

    assert lines.pop() == ""
    assert len(lines) == 4
    for line in lines:
        assert line.startswith('"')
        assert line.endswith('"')
        assert len(line.split('","')) == len(COLUMNS)


@pytest.mark.fault("R5")
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert unarmed(text) == f"'{text}"


@pytest.mark.fault("R5")
@pytest.mark.parametrize("text", ["", "Northwind", "a=b", " Northwind", "1-2", "\u2013 dash", "'quoted'", "\u00e4"])
def test_a_text_that_no_program_would_run_stays_as_it_is(text: str) -> None:
    assert unarmed(text) == text


@pytest.mark.fault("R5")
@pytest.mark.parametrize("text", [*FORMULAS, *HOSTILE])
def test_no_column_lets_a_formula_through(text: str) -> None:
    found = cells(shown(text))

    expected = unarmed(text).replace("\0", "\ufffd").encode(errors="replace").decode()
    assert {found[column] for column in COLUMN_OF.values()} == {expected}


@pytest.mark.fault("R5")
@given(storable)
def test_any_text_comes_back_as_it_was_but_for_the_apostrophe(text: str) -> None:
    found = cells(shown(text))

    for column in COLUMN_OF.values():
        assert found[column].removeprefix("'") == text.removeprefix("'")
        assert found[column] == unarmed(text)


@pytest.mark.fault("R5")
@given(st.text("\t\r\n \0\u200b\ufeff=+-@\uff1d\uff0b\uff0d\uff20'\";,a", max_size=8))
def test_no_cell_begins_like_a_formula_however_its_text_begins(text: str) -> None:
    cell = unarmed(text)

    seen = "".join(character for character in cell if character.isprintable() and not character.isspace())
    assert cell.startswith("'") or not seen.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


def test_a_large_fleet_has_a_line_for_each_instance() -> None:
    assert len(parsed(render_fleet_csv(many(2000)))) == 2000


def test_a_word_of_two_is_written_as_two() -> None:
    assert _word(Freshness.NEVER_READ) == "Never read"
