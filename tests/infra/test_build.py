"""The build of the layer: the same bytes each time and anywhere, and nothing in it that is not on its list."""

import hashlib
import re
import subprocess
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from local.build import ROOT, architecture
from supply.sbom import LAYER

UNCHECKED_HASH = b"\x01\x00\x00\x00"
LINKED = (".venv", ".venv-sam", "Makefile", "infra", "layers", "functions")

pytestmark = pytest.mark.slow


def contents(build: Path) -> dict[str, str]:
    files = (path for path in build.rglob("*") if path.is_file())
    return {str(path.relative_to(build)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.timeout(300)
def test_two_builds_in_two_places_are_equal_to_the_byte(built: Path, tmp_path: Path) -> None:
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    command = ["make", "-o", ".venv/.ready", "-o", ".venv-sam/.ready", "build", f"ARCHITECTURE={architecture()}"]

    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    again = contents(tmp_path / ".aws-sam" / "build")
    assert len(again) > 1000
    assert again == contents(built)


def test_every_module_of_the_layer_is_compiled_and_never_checked_against_its_source(built: Path) -> None:
    python = built / "LapsewatchLayer" / "python"
    compiled = list(python.rglob("__pycache__/*.pyc"))

    assert {path.parent.parent / f"{path.name.partition('.')[0]}.py" for path in compiled} == set(python.rglob("*.py"))
    for path in compiled:
        assert path.read_bytes()[:8] == MAGIC_NUMBER + UNCHECKED_HASH, path


def test_the_layer_holds_what_is_required_and_nothing_else(built: Path) -> None:
    required = set(re.findall(r"^([\w.-]+==\S+)", (LAYER / "requirements.txt").read_text(), re.MULTILINE))

    shipped = (built / "LapsewatchLayer" / "python").glob("*.dist-info")

    assert {_named(path) for path in shipped} == required


def _named(dist_info: Path) -> str:
    name, _, version = dist_info.name.removesuffix(".dist-info").rpartition("-")
    return f"{name.lower().replace('_', '-')}=={version}"
