"""What each channel makes of each kind of message stays as it is in the files."""

from pathlib import Path

import pytest

from tests.builders import KEY
from tests.unit.channels.snapshot import FOLDER, snapshots

ALL = dict(snapshots())


@pytest.mark.parametrize("path", ALL, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_message_looks_as_it_did(path: Path) -> None:
    assert ALL[path] == path.read_text()
    assert KEY not in ALL[path]
    assert "None" not in ALL[path]


def test_there_is_no_file_of_a_message_that_is_gone() -> None:
    assert {path for path in FOLDER.rglob("*") if path.is_file()} == set(ALL)
