"""The table of threats: complete, and nothing in it that is not shown."""

import ast
import re

from local.build import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| (\d+) \| (.+) \|$", re.MULTILINE)
THREATS = 34


def rows() -> dict[int, list[str]]:
    return {int(number): rest.split(" | ") for number, rest in ROW.findall(DOCUMENT.read_text())}


def known_tests() -> set[str]:
    """Return the name of every test of the suite."""
    trees = (ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py"))
    defined = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name for node in defined if node.name.startswith("test_")}


def test_every_threat_has_a_row_with_what_is_at_stake_what_could_happen_and_what_stands_against_it() -> None:
    assert list(rows()) == list(range(1, THREATS + 1))
    for cells in rows().values():
        assert len(cells) == 4
        assert all(cells)


def test_every_threat_is_shown_to_be_met_by_tests_that_there_are() -> None:
    known = known_tests()

    for number, (*_, shown) in rows().items():
        named = re.findall(r"`(\w+)`", shown)
        assert named, number
        assert set(named) <= known, (number, set(named) - known)


def test_what_no_test_can_show_is_called_a_control_by_hand() -> None:
    for number, (*_, shown) in rows().items():
        rest = re.sub(r"`\w+`(, )?", "", shown).strip()
        assert not rest or rest.startswith("; by hand: "), number
