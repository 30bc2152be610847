"""What the dry run on the command line takes and prints."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.errors import InvalidRequestError
from lapsewatch.remind import plan
from typer.testing import CliRunner

from cli.__main__ import app
from cli.reminders import instant_from, summary, table_of
from tests.scenes import EXPIRY, Scene, days_before

NEW_YORK = ZoneInfo("America/New_York")


def test_a_day_means_up_to_its_end_where_the_stack_is() -> None:
    assert instant_from("2026-06-09", NEW_YORK) == datetime(2026, 6, 10, 3, 59, 59, tzinfo=UTC)


def test_an_instant_is_taken_as_given() -> None:
    assert instant_from("2026-06-09T08:00:00-04:00", NEW_YORK) == datetime(2026, 6, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-06-09T08:00:00", "2026-6-9"])
def test_anything_else_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="--as-of"):
        instant_from(text, NEW_YORK)


def test_without_dry_run_nothing_is_done() -> None:
    result = CliRunner().invoke(app, ["remind", "--as-of", "2026-06-09"])

    assert isinstance(result.exception, InvalidRequestError)
    assert "--dry-run" in str(result.exception)


def test_the_summary_says_how_many_and_whether_as_a_digest() -> None:
    scene = Scene()
    for n in range(12):
        scene.add(f"pbx-{n}")
        scene.says(EXPIRY, f"pbx-{n}")
    scene.poll(days_before(12))

    notices = plan(scene.delivery(), days_before(9))

    assert summary(notices, days_before(9), NEW_YORK, 10) == [
        "12 notices would be sent as of 2026-06-11 09:00 America/New_York, as things stand now:",
        "They would go out as digests, being more than 10.",
    ]
    assert summary([], days_before(9), NEW_YORK, 10) == [
        "Nothing would be sent as of 2026-06-11 09:00 America/New_York."
    ]
    assert table_of(notices).row_count == 12
