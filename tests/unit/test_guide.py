"""The guide says of each reason what the product itself says, and names every way in."""

import re

from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import REMEDIES, TITLES, Reason

from tests.guide import GUIDE

ROW = re.compile(r"^\| `(\w+)` \| (.+?) \|", re.MULTILINE)
REASON = re.compile(r"^\| ([^|`]+?) \| `(\w+)` \| (.+?) \|", re.MULTILINE)


def section(title: str) -> str:
    """Return what the guide says under a heading."""
    return GUIDE.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_reason_stands_in_the_guide_with_its_remedy() -> None:
    told = REASON.findall(section("When a row says…"))

    assert told == [(TITLES[reason], reason.value, REMEDIES[reason]) for reason in Reason]


def test_every_way_in_stands_in_the_guide() -> None:
    assert [name for name, _ in ROW.findall(section("Add a PBX"))] == [access.value for access in Access]


def test_every_reason_has_a_remedy_of_one_sentence() -> None:
    assert REMEDIES.keys() == set(Reason)
    for remedy in REMEDIES.values():
        assert re.fullmatch(r"[A-Z].{10,110}\.", remedy)
        assert not re.search(r"\. [A-Z]", remedy)
