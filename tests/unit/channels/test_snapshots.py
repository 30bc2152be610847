"""What each channel makes of each kind of message stays as it is in the files."""

import pytest

from tests.builders import KEY
from tests.unit.channels.messages import MESSAGES
from tests.unit.channels.snapshot import FOLDER, FORMS, path_of


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("kind", FORMS)
def test_a_message_looks_as_it_did(kind: str, name: str) -> None:
    # Made here and not before, so that a change to the code is noticed by this very test.
    made = FORMS[kind][1](MESSAGES[name])

    assert made == path_of(kind, name).read_text()
    assert KEY not in made
    assert "None" not in made


def test_there_is_no_file_of_a_message_that_is_gone() -> None:
    known = {path_of(kind, name) for kind in FORMS for name in MESSAGES}

    assert {path for path in FOLDER.rglob("*") if path.is_file()} == known
