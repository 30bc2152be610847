"""What is written about the simulator is what it can do."""

import re
from pathlib import Path

from local.simulator import changes, pbx

README = (Path(pbx.__file__).parent / "README.md").read_text()


def test_every_mode_is_described_and_no_other() -> None:
    table = README.partition("| mode | what")[2]

    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted(mode.value for mode in pbx.Mode)


def test_every_field_and_certificate_that_can_be_changed_is_named() -> None:
    fields = README.partition("| field |")[2].partition("| mode | what")[0]

    for name in (*changes.Change.model_fields, *pbx.Certificate):
        assert f"`{name}`" in fields
