"""The fleet as a whole."""

import pytest
from lapsewatch.domain.status import Freshness

from tests.unit.pages.builders import fleet, status_row

FRESH, FAILING, PAUSED = (
    status_row(freshness=freshness) for freshness in (Freshness.FRESH, Freshness.FAILING, Freshness.PAUSED)
)


@pytest.mark.parametrize(
    ("rows", "percent"),
    [
        ([], 0),
        ([FAILING] * 9, 0),
        ([FAILING] * 10, 100),
        ([FAILING] + [FRESH] * 9, 10),
        ([FAILING] * 2 + [FRESH] * 17, 11),
        ([FAILING] + [FRESH] * 8 + [PAUSED] * 50, 0),
        ([FAILING] * 5 + [FRESH] * 5 + [PAUSED] * 50, 50),
        ([FRESH] * 50, 0),
    ],
)
def test_failing_instances_are_told_in_percent_of_those_that_are_read(rows: list[object], percent: int) -> None:
    assert fleet(rows).failing_percent == percent  # type: ignore[arg-type]  # rows, as the builder makes them
