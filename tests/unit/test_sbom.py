"""The bill of materials of the layer: all that is in it and nothing else, under licenses that may be handed on."""

import json
import re
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply.licenses import allowed, license_of
from supply.sbom import LAYER, bill_of_materials, licenses


@pytest.fixture(scope="module")
def bom() -> dict[str, Any]:
    return bill_of_materials()


def required() -> dict[str, set[str]]:
    """Return name and version of each requirement with its hashes."""
    text = (LAYER / "requirements.txt").read_text()
    entries = re.findall(r"^(\S+==\S+) \\\n((?:    --hash=\S+(?: \\)?\n)+)", text, re.MULTILINE)
    return {name: set(re.findall(r"sha256:(\w{64})", hashes)) for name, hashes in entries}


def test_its_components_are_the_requirements_of_the_layer_with_their_hashes(bom: dict[str, Any]) -> None:
    told = {
        f"{component['name']}=={component['version']}": {
            found["content"] for reference in component["externalReferences"] for found in reference["hashes"]
        }
        for component in bom["components"]
    }

    assert told == required()
    assert len(told) == (LAYER / "requirements.txt").read_text().count("==")


def test_it_is_valid_cyclonedx_and_the_same_each_time(bom: dict[str, Any]) -> None:
    text = json.dumps(bom)

    assert bom["specVersion"] == "1.6"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert bill_of_materials() == bom


def test_every_license_may_be_handed_on(bom: dict[str, Any]) -> None:
    refused = {name: expression for name, expression in licenses(bom).items() if not allowed(expression)}

    assert refused == {}


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("MIT", True),
        ("AGPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("UNKNOWN", False),
    ],
)
def test_a_license_is_allowed_by_its_name_only(expression: str, verdict: bool) -> None:
    assert allowed(expression) is verdict


def test_a_package_of_which_nobody_has_said_the_license_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supply.licenses.READ_BY_HAND", {})

    with pytest.raises(LookupError, match="python-dateutil"):
        license_of("python-dateutil")
