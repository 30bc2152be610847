"""Whatever an instance is called, the command line shows it as it is."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lapsewatch.domain.feeds import Feed
from lapsewatch.domain.tokens import Role, Token
from lapsewatch.rehearsal import rehearse
from rich.console import Console
from rich.table import Table

from cli import __main__ as command
from cli import feeds, instances, printing, reminders
from cli.printing import complain, print_json, remark, say, table
from tests.builders import instance, watched
from tests.scenes import EXPIRY, Scene, days_before

UNKIND = [
    "Site [/] one",
    "[acme] Ltd",
    "[red]alert[/red]",
    "[link=https://evil.example]x[/link]",
    ":smile: Dental",
    "a\\[b",
]


def test_a_narrow_table_keeps_its_first_column_in_one_piece_and_cuts_nothing() -> None:
    made = table(("id", "what is wrong"), [("alder-finch-boston", "its certificate has run out or is not valid yet")])
    console = Console(width=34, color_system=None)
    with console.capture() as capture:
        console.print(made)
    text = capture.get()

    assert "alder-finch-boston" in text
    assert "what is" in text
    assert " id " in text
    assert "\u2026" not in text
    assert (
        "".join(line.split("\u2502")[2].strip() for line in text.splitlines() if "\u2502" in line).replace(" ", "")
        == "itscertificatehasrunoutorisnotvalidyet"
    )


def test_an_id_that_is_longer_than_the_terminal_is_seen_to_be_cut() -> None:
    console = Console(width=20, color_system=None)
    with console.capture() as capture:
        console.print(table(("id",), [("a-very-long-id-of-an-instance",)]))

    assert "a-very-long-id-\u2026" in capture.get()


def shown(made: Table) -> str:
    console = Console(width=300)
    with console.capture() as capture:
        console.print(made)
    return capture.get()


@pytest.mark.parametrize("name", UNKIND)
def test_a_dry_run_shows_every_name_as_it_is(name: str) -> None:
    scene = Scene()
    scene.store.register(replace(scene.add(), name=name, customer=name))
    scene.says(EXPIRY)
    scene.poll(days_before(12))

    text = shown(reminders.table_of(rehearse(scene.delivery(), scene.moves, days_before(9)).messages))

    assert f"│ {name} " in text
    assert f"│ {name}: license expires in 9 days" in text


@pytest.mark.parametrize("name", UNKIND)
def test_the_lists_show_every_name_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing.console, "width", 300)
    fleet = [watched(instance(name=name, customer=name))]
    token = Token("abc", Role.VIEWER, name, b"digest", datetime(2026, 6, 10, tzinfo=UTC))

    feed = Feed("abc", name, name, b"digest", token.created_at)

    with printing.console.capture() as tokens:
        command.show_tokens([token], as_json=False)
    with printing.console.capture() as listed:
        instances.show_instances(fleet, as_json=False)
        feeds.show_feeds([feed], as_json=False)
    assert tokens.get().count(f"│ {name} ") == 1
    assert listed.get().count(f"│ {name} ") == 4


@pytest.mark.parametrize("name", UNKIND)
def test_sentences_and_errors_show_every_name_as_it_is(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(f"{name} is watched.")
    complain(f"There is no instance {name!r}.")

    printed = capsys.readouterr()
    assert printed.out == f"{name} is watched.\n"
    assert printed.err == f"There is no instance {name!r}.\n"


def test_a_line_end_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\ntwo")

    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_remark_stands_beside_what_files_and_programs_get(capsys: pytest.CaptureFixture[str]) -> None:
    remark("three are left\x1b[2J")

    assert capsys.readouterr() == ("", "three are left [2J\n")


def test_a_document_is_printed_for_people_to_read_too(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "Zahnärzte \x9b2J"})

    assert capsys.readouterr().out == '{\n  "name": "Zahnärzte \\u009b2J"\n}\n'


def test_nothing_that_a_terminal_would_obey_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\x1b[2J two\r\u202ethree")

    assert capsys.readouterr().out == "one [2J two  three\n"
    assert "\x1b" not in shown(table(["name"], [["\x1b]0;owned\x07"]]))


@pytest.mark.parametrize("name", UNKIND)
def test_the_lists_for_programs_give_every_name_back(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    token = Token("abc", Role.VIEWER, f"{name}\x1b[2J\u202e", b"digest", datetime(2026, 6, 10, tzinfo=UTC))

    command.show_tokens([token], as_json=True)

    printed = capsys.readouterr().out
    assert json.loads(printed)[0]["label"] == token.label
    assert not [c for c in printed if not c.isprintable() and c != "\n"]


def test_an_id_is_whole_on_a_narrow_terminal() -> None:
    console = Console(width=40)
    with console.capture() as capture:
        console.print(table(("id", "name", "trouble"), [("southern-cross-properties", "Southern Cross", "no answer")]))

    ids = "".join(line.split("│")[1].strip() for line in capture.get().splitlines() if line.startswith("│"))
    assert ids == "southern-cross-properties"
