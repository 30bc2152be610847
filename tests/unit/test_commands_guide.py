"""The page of all commands is complete and true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from cli import exits
from cli.__main__ import app
from cli.fleet.reading import fleet_from

GUIDE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
OF_ALL = {"--stack", "--endpoint-url"}
"""Told once, on top."""


def commands(group: Any, path: str) -> Iterator[tuple[str, set[str]]]:
    """Yield every command with its options."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            options = {option for parameter in command.params for option in parameter.opts}
            yield f"{path} {name}", {option for option in options if option.startswith("--")}


COMMANDS = dict(commands(typer.main.get_command(app), "lapsewatch"))


def rows() -> Iterator[tuple[list[str], set[str]]]:
    """Yield the commands and the options of each row of the tables."""
    for line in GUIDE.splitlines():
        if line.startswith("| `lapsewatch "):
            named = re.findall(r"`(lapsewatch [a-z][a-z -]*[a-z])", line.split("|")[1])
            yield named, set(re.findall(r"`(--[a-z0-9-]+)", line))


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 25


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told_with_all_its_options(command: str) -> None:
    told = [options for named, options in rows() if command in named]

    assert told, f"{command} is not in docs/commands.md"
    assert COMMANDS[command] - OF_ALL <= told[0]


def test_nothing_is_told_that_is_not_there() -> None:
    for named, options in rows():
        assert set(named) <= set(COMMANDS)
        assert options <= {option for command in named for option in COMMANDS[command]}


def test_every_exit_code_is_told() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE)}

    assert told == {value for name, value in vars(exits).items() if name.isupper()}


def test_the_fleet_file_of_the_guide_is_one() -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)

    assert [read.row.id for read in fleet_from(text).rows] == ["northwind", "harbor"]
    assert yaml.safe_load(text)["version"] == 1
