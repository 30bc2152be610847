"""What the dry run on the command line takes and prints."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.digests import digest_of
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.routes import Match, Route
from lapsewatch.errors import InvalidRequestError
from lapsewatch.rehearsal import Rehearsed, rehearse
from rich.console import Console
from rich.table import Table
from typer.testing import CliRunner

from cli.__main__ import app
from cli.foreseen import Foreseen, with_routes
from cli.reminders import instant_from, summary, table_of
from tests.builders import NOW, instance, notice, row_key
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

    foretold = rehearse(scene.delivery(), scene.moves, days_before(9))

    assert summary(foretold, days_before(9), NEW_YORK) == [
        "12 notices would be sent as of 2026-06-11 09:00 America/New_York, as things stand now.",
        "They would go out in 1 digest.",
    ]
    assert table_of(foretold.messages).row_count == 12


def test_a_summary_of_nothing_says_so_and_what_cannot_be_read_is_never_silent() -> None:
    lines = summary(Rehearsed((), failed=2), days_before(9), NEW_YORK)

    assert lines[0] == "Nothing would be sent as of 2026-06-11 09:00 America/New_York."
    assert lines[1].startswith("2 cannot be decided about")


def test_a_name_that_looks_like_markup_is_printed_as_it_is() -> None:
    scene = Scene()
    scene.add("odd")
    scene.store.configs["odd"] = replace(scene.store.configs["odd"], name="Odd [/] One", customer="[acme] Ltd")
    scene.says(EXPIRY, "odd")
    scene.poll(days_before(12))
    console = Console(width=200, record=True, file=StringIO())

    console.print(table_of(rehearse(scene.delivery(), scene.moves, days_before(9)).messages))

    printed = console.export_text()
    assert "[acme] Ltd" in printed
    assert "Odd [/] One" in printed


def test_the_routes_of_each_notice_are_foretold() -> None:
    vip, critical = Match(tags=frozenset({"vip"})), Match(severity=Severity.CRITICAL)
    routes = [Route("vip", "webhook", vip), Route("noc", "webhook", critical), Route("rest", "webhook", default=True)]
    tagged = replace(instance("a"), tags=frozenset({"vip"}))
    told = [Handover(HandoverKey(row_key(1, instance_id="c"), "noc"), "x", NOW, Standing.DELIVERED)]
    foreseen = Foreseen(routes, {"a": tagged}, lambda instance_id: told if instance_id == "c" else [])

    found = [foreseen.of(notice(days, instance_id=key)) for days, key in ((10, "a"), (1, "b"), (10, "b"), (None, "c"))]

    assert found == [["vip"], ["noc"], ["rest"], ["noc"]]


def test_the_routes_stand_beside_each_notice_for_programs_too() -> None:
    foreseen = Foreseen([Route("rest", "webhook", default=True)], {}, lambda _: [])
    notices = [notice(10), notice(1, instance_id="b")]
    digest = digest_of(notices, "https://p", NOW)
    documents = [json.loads(form_of(message).bodies["default"]) for message in (notices[0], digest)]

    single = with_routes(notices[0], documents[0], foreseen)
    whole = with_routes(digest, documents[1], foreseen)

    assert single["routes"] == ["rest"]
    assert [told["routes"] for told in whole["notices"]] == [["rest"], ["rest"]]
    assert "rest" in _printed(table_of([digest], foreseen.of))


def _printed(table: Table) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(table)
    return console.export_text()
