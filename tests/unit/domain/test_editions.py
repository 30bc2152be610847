"""What product codes are called."""

import pytest
from lapsewatch.domain.editions import KNOWN, edition_label, edition_rank


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("3CXPSPROF", "Professional (Perpetual)"),
        ("3CXPSPROFSPLA", "Professional (SPLA)"),
        ("3CXPSPROFENTSPLA", "Enterprise (SPLA)"),
        ("3CXPSPROFENT", "Enterprise (Perpetual)"),
        ("3CXPSSPLA", "Standard (SPLA)"),
        ("3CXPS", "Standard (Perpetual)"),
    ],
)
def test_every_known_code_has_its_name(code: str, label: str) -> None:
    assert edition_label(code) == label
    assert edition_label(code, perpetual=True) == label


def test_the_names_above_are_all_that_are_known() -> None:
    assert len(KNOWN) == 6


def test_enterprise_is_not_taken_for_the_professional_that_its_code_contains() -> None:
    assert edition_label("3CXPSPROFENT24SPLA") == "Enterprise (SPLA)"


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("3CXPSENT", "Enterprise"),
        ("3CXPSENTSPLA", "Enterprise (SPLA)"),
        ("3CXPSENTERP", "Enterprise"),
        ("3CXPSENTERPSPLA", "Enterprise (SPLA)"),
        ("3CXPSPRO", "Professional"),
        ("3CXPSPROSPLA", "Professional (SPLA)"),
        ("3CXPSPROF16", "Professional"),
        ("3CXPSPROF16SPLA", "Professional (SPLA)"),
    ],
)
def test_an_unlisted_code_is_read_by_its_structure(code: str, label: str) -> None:
    assert edition_label(code) == label


def test_an_unlisted_code_is_called_perpetual_only_when_no_license_clock_runs() -> None:
    assert edition_label("3CXPSENT", perpetual=False) == "Enterprise"
    assert edition_label("3CXPSENT", perpetual=True) == "Enterprise (Perpetual)"
    assert edition_label("3CXPSENTSPLA", perpetual=True) == "Enterprise (SPLA)"


@pytest.mark.parametrize("code", ["3CXPSSTD", "3CXHOSTED", "NFR2026", "PROF", "3CX", "3CXPSXPROF", "Ünbekannt", "0"])
def test_an_unknown_code_is_shown_as_it_is(code: str) -> None:
    assert edition_label(code) == code


@pytest.mark.parametrize("code", ["3cxpsprofspla", " 3CXPSPROFSPLA ", "3CxPsProfSpla\n"])
def test_case_and_blanks_do_not_make_a_code_unknown(code: str) -> None:
    assert edition_label(code) == "Professional (SPLA)"


@pytest.mark.parametrize("code", [None, ""])
def test_no_code_has_no_name(code: str | None) -> None:
    assert edition_label(code) is None


def test_editions_rank_by_what_they_can_do_and_not_by_how_they_are_paid_for() -> None:
    codes = ["3CXPSSPLA", "3CXPSPROF", "3CXPSPROFENTSPLA"]

    assert [edition_rank(edition_label(code) or "") for code in codes] == [0, 1, 2]
    assert (
        edition_rank("Professional (SPLA)") == edition_rank("Professional (Perpetual)") == edition_rank("Professional")
    )


@pytest.mark.parametrize("label", ["", "3CXFREE", "enterprise", "Enterprise+"])
def test_an_edition_that_nobody_knows_has_no_rank(label: str) -> None:
    assert edition_rank(label) is None
