"""What is locked has been public for a while, and what the layer installs is what is locked."""

import tomllib
from typing import Any

from local.build import ROOT

LOCK: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text())
REQUIREMENTS = (ROOT / "layers" / "lapsewatch" / "requirements.txt").read_text()


def test_nothing_is_locked_that_was_published_within_the_last_week() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert settings["tool"]["uv"]["exclude-newer"] == "7 days"
    assert LOCK["options"]["exclude-newer-span"] == "P7D"


def test_the_layer_installs_the_locked_versions() -> None:
    versions = {package["name"]: package["version"] for package in LOCK["package"]}
    pinned = [line.partition(" ")[0] for line in REQUIREMENTS.splitlines() if "==" in line]

    assert pinned
    for requirement in pinned:
        name, _, version = requirement.partition("==")
        assert versions[name] == version
