"""Text from outside on one line, and no longer than there is room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.lines import cut, fitting, one_line, units

any_text = st.text(st.characters(codec=None), max_size=300)


@given(any_text)
def test_one_line_is_printable_and_can_be_encoded(text: str) -> None:
    line = one_line(text)

    assert line.isprintable()
    assert line == line.strip()
    assert line.encode().decode() == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("North\r\nwind", "North wind"),
        ("  a\tb\u2028c ", "a b c"),
        ("\u202egnirts", "gnirts"),
        ("a\ud800b", "a b"),
        ("Zahnärzte 日本 ☎", "Zahnärzte 日本 ☎"),
        ("", ""),
    ],
)
def test_what_breaks_a_line_or_turns_it_around_becomes_a_blank(text: str, line: str) -> None:
    assert one_line(text) == line


@given(any_text | st.text("a\U0001f9b7", max_size=99), st.integers(2, 200))
def test_a_text_is_cut_to_the_room_that_there_is_and_only_then(text: str, room: int) -> None:
    kept = cut(text, room)

    assert units(kept) <= room
    assert kept == text or (text.startswith(kept[:-1]) and kept.endswith("…"))
    assert (kept == text) == (len(text.encode("utf-16-le", "surrogatepass")) // 2 <= room)


def test_a_cut_takes_no_more_than_it_must() -> None:
    assert cut("x" * 11, 10) == "x" * 9 + "…"
    assert cut("\U0001f9b7" * 6, 10) == "\U0001f9b7" * 4 + "…"
    assert cut(" ab   cd", 6) == " ab…"


def test_the_last_character_of_the_basic_plane_takes_one_unit_and_the_next_one_two() -> None:
    assert (units("\uffff"), units("\U00010000")) == (1, 2)


@given(st.lists(st.text("ab", max_size=9), max_size=9), st.integers(2, 60))
def test_lines_that_fit_stay_and_a_last_one_tells_of_those_that_do_not(lines: list[str], room: int) -> None:
    kept = fitting(lines, room)

    assert len("\n".join(kept)) <= room
    assert kept == lines or (kept[-1] == "…" and kept[:-1] == lines[: len(kept) - 1])


def test_all_lines_stay_if_they_fit_and_else_there_is_room_for_the_last_one() -> None:
    assert fitting(["ab", "cd"], 7) == ["ab", "cd"]
    assert fitting(["ab", "cd"], 6) == ["ab", "…"]
    assert fitting([], 0) == []
