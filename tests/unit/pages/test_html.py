"""Every page in every state is valid HTML, says the checker of the W3C.

`make` fetches it with npm when tests are set up; it runs on Java, once for all pages.
"""

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from local.build import ROOT
from tests.unit.pages.states import STATES

JAR = ROOT / ".tools" / "html-checker" / "package" / "build" / "dist" / "vnu.jar"
MISSING = "The HTML checker is not here: it needs Java 17 and npm; `make test` then fetches it."
WRONG = "<!doctype html><html lang=en><title>Wrong</title><p><b>A table in a sentence</p></b>"
# On a phone the table of the fleet is laid out as cards, and then some browsers forget that it is one unless its parts
# say so. The checker forbids even the role that an element has anyway; that it is that one is for axe to see.
OUR_REASONS = re.compile(
    "The “role” attribute must not be used on a “t[rdh]” element which has a “table” ancestor"
    "|The “[a-z]+” role is unnecessary for element “(table|thead|tbody|t[rdh])”"
)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what the checker says of each page. Without it the test is skipped, but fails where it must have run."""
    java = shutil.which("java")
    if java is None or not JAR.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    folder = tmp_path_factory.mktemp("pages")
    for state in STATES:
        (folder / f"{state.name}.html").write_text(state.render())
    (folder / "wrong.html").write_text(WRONG)
    return _check(java, folder)


def _check(java: str, folder: Path) -> dict[str, list[str]]:
    command = [java, "-Xmx256m", "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run([*command, *sorted(folder.iterdir())], capture_output=True, text=True, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    found = defaultdict(list)
    for message in messages:
        if not OUR_REASONS.match(message["message"]):
            found[Path(message["url"]).stem].append(f"{message['message']} In: {message.get('extract', '')}")
    return found


@pytest.mark.parametrize("name", [state.name for state in STATES])
def test_the_checker_has_neither_an_error_nor_a_warning(said: dict[str, list[str]], name: str) -> None:
    assert said[name] == []


def test_the_checker_sees_what_is_wrong(said: dict[str, list[str]]) -> None:
    assert said["wrong"]
