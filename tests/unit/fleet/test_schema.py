"""The published schema of fleet files is the one that they are read by."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from cli.fleet.schema import schema_text
from cli.fleet.wanted import Known
from cli.fleet.writing import SCHEMA, fleet_text, row_of
from tests.builders import NEW_YORK, instance
from tests.unit.fleet.texts import fleet

ROOT = Path(__file__).parents[3]


def faults(text: str) -> list[str]:
    validator = Draft202012Validator(json.loads(schema_text()))
    document: Any = yaml.safe_load(text)
    return [error.message for error in validator.iter_errors(document)]


def test_the_published_schema_is_the_one_of_the_models() -> None:
    published = (ROOT / SCHEMA).read_text()

    assert published == schema_text(), f"run `.venv/bin/lapsewatch fleet schema > {SCHEMA}`"


def test_an_export_names_the_schema_and_is_what_it_says() -> None:
    text = fleet_text([row_of(Known(instance()), NEW_YORK)])

    assert text.splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA}"
    assert faults(text) == []


@pytest.mark.parametrize("row", [{}, {"enabled": "false"}, {"secret": "{env: A}"}, {"zone": "UTC"}, {"user": "'0100'"}])
def test_a_good_file_is_what_the_schema_says(row: dict[str, str]) -> None:
    assert faults(fleet(row)) == []


@pytest.mark.parametrize(
    "row",
    [{"id": "Has Blanks"}, {"access": "magic"}, {"passwort": "x"}, {"secret": "{env: A, file: b}"}, {"tls": "{}"}],
)
def test_an_editor_can_tell_a_wrong_file(row: dict[str, str]) -> None:
    assert faults(fleet(row)) != []
