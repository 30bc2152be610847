"""What is on disk after a crash is one whole state, and nobody is told twice of what it knows."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.own.orphans import end_orphan, remember
from local.own.state import Letter, Snapshot, State, StateError, read_back, spelled

ONE = Snapshot({"a": "1", "b": "2"}, {"/x": "secret"})
FIRST_VERSION = """
create table item (key text primary key, value text not null) strict;
create table secret (name text primary key, value text not null) strict;
create table note (name text primary key, value text not null) strict;
create table letter (event_id text primary key, subject text not null, text text not null,
                     owed integer not null) strict;
insert into letter values ('northwind:license:1:10', 'Subject', 'Text', 1);
pragma user_version = 1
"""
LETTER = Letter("northwind:license:1:10", "Subject", "Text")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the state is."""
    return tmp_path / "state.db"


def opened(path: Path) -> State:
    return State(path)


def test_a_state_is_the_same_after_it_was_closed(path: Path) -> None:
    first = opened(path)
    first.keep(ONE, [LETTER], owed=True)
    first.note({"TENANT_ZONE": "Europe/Berlin"})
    first.close()

    again = opened(path)
    assert (again.snapshot(), again.owed(), again.notes()) == (ONE, [LETTER], {"TENANT_ZONE": "Europe/Berlin"})
    again.close()


def test_what_is_gone_from_the_table_is_gone_from_the_state(path: Path) -> None:
    state = opened(path)
    state.keep(ONE, [], owed=False)

    state.keep(Snapshot({"b": "3"}, {}), [], owed=False)

    assert state.snapshot() == Snapshot({"b": "3"}, {})
    state.close()


def test_a_copy_of_a_letter_is_no_news_even_after_a_restart(path: Path) -> None:
    state = opened(path)
    first = state.keep(ONE, [LETTER, LETTER], owed=True)
    state.mailed(LETTER)
    state.close()

    state = opened(path)
    second = state.keep(ONE, [LETTER], owed=True)

    assert (first, second, state.owed()) == ([LETTER], [], [])
    state.close()


def test_a_step_that_is_cut_off_leaves_the_state_as_it_was(path: Path) -> None:
    def cut_off() -> Iterator[Letter]:
        yield LETTER
        raise KeyboardInterrupt

    state = opened(path)
    state.keep(ONE, [], owed=True)
    with pytest.raises(KeyboardInterrupt):
        state.keep(Snapshot({}, {}), cut_off(), owed=True)
    state.close()

    again = opened(path)
    assert (again.snapshot(), again.owed()) == (ONE, [])
    again.close()


def test_what_came_while_no_mail_was_set_up_is_not_mailed_later(path: Path) -> None:
    state = opened(path)

    state.keep(ONE, [LETTER], owed=False)

    assert state.owed() == []
    state.close()


def test_only_its_owner_can_read_the_state(path: Path) -> None:
    state = opened(path)
    state.keep(ONE, [], owed=False)

    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}
    state.close()


def test_a_state_of_the_first_version_is_taken_over_with_what_it_owes(path: Path) -> None:
    database = sqlite3.connect(path)
    for statement in FIRST_VERSION.split(";"):
        database.execute(statement)
    database.commit()
    database.close()

    state = opened(path)

    waiting, since, given_up = state.unmailed(0)
    assert (state.owed(), waiting, given_up) == ([LETTER], 1, 0)
    assert since is not None
    assert state.refused(LETTER) == 1
    state.close()
    opened(path).close()


def test_a_state_of_a_later_version_is_refused(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("pragma user_version = 99")
    database.close()

    with pytest.raises(StateError, match="another version"):
        opened(path)


values = st.recursive(
    st.builds(lambda text: {"S": text}, st.text())
    | st.builds(lambda raw: {"B": raw}, st.binary())
    | st.builds(lambda number: {"N": str(number)}, st.integers())
    | st.just({"NULL": True}),
    lambda inner: (
        st.builds(lambda m: {"M": m}, st.dictionaries(st.text() | st.just("base64"), inner, max_size=3))
        | st.builds(lambda found: {"L": found}, st.lists(inner, max_size=3))
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text() | st.just("base64"), values, max_size=5))
def test_every_item_is_read_back_as_it_was(attributes: dict[str, Any]) -> None:
    item = {**attributes, "pk": {"S": "INST#x"}, "sk": {"S": "STATE"}}

    assert read_back(spelled(item)[1]) == item


def test_another_program_s_number_is_left_alone(tmp_path: Path) -> None:
    remember(tmp_path, 1)

    assert end_orphan(tmp_path) is False
    assert end_orphan(tmp_path) is False
