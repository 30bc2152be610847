"""The simulator answers as the contract says, and as 3CX's own description says where somebody has it at hand."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from local.simulator.pbx import Mode, SimulatedPbx
from local.simulator.resources import console_status, license_parameters, license_status, system_status
from tests.simulator.live import Caller, fleet

SCHEMA = json.loads((Path(__file__).parents[1] / "contract" / "pbx" / "pbx.schema.json").read_text())
XAPI = os.environ.get("LAPSEWATCH_XAPI_DESCRIPTION", "")
"""Where the OpenAPI description of XAPI lies. It is not ours to hand on."""
BUILDS = {"console": ("16.0.8.9", "18.0.9.20"), "older": ("20.0.7.1057", "20.0.8.1131"), "newer": ("20.0.9.210",)}
MODES = (Mode.OK, Mode.NULL, Mode.SENTINEL, Mode.FAR)


def faults(answer: Any, schema: dict[str, Any], name: str) -> list[str]:
    whole = {**schema, "$ref": f"#/{name}"}
    return [error.message for error in Draft202012Validator(whole).iter_errors(answer)]


def kept(answer: Any, name: str) -> list[str]:
    return faults(answer, SCHEMA, f"$defs/{name}")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "version"), [(name, v) for name, versions in BUILDS.items() for v in versions])
def test_what_each_build_says_of_itself_keeps_the_contract(name: str, version: str, mode: Mode) -> None:
    read: Callable[[SimulatedPbx], Any] = console_status if name == "console" else system_status

    for pbx in fleet(40):
        pbx.version, pbx.mode = version, mode
        assert kept(read(pbx), name) == []
        assert any(kept(read(pbx), other) for other in BUILDS if other != name)


def test_sign_ins_keep_the_contract(enterprise: Caller, office: Caller, old: Caller) -> None:
    assert kept(enterprise.sign_in().json(), "token") == []
    assert kept(office.sign_in().json(), "login") == []
    assert kept(office.sign_in("wrong").json(), "login") == []
    assert kept(old.sign_in().json(), "token" if old.pbx.access == "api_client" else "login") == []


def test_users_and_refusals_keep_the_contract(enterprise: Caller) -> None:
    enterprise.sign_in()

    assert kept(enterprise.get("Users", top=100, count="true", select="Id,AIAgent").json(), "users") == []
    assert kept(enterprise.get("Users", top=101).json(), "error") == []
    assert kept(enterprise.get("SystemStatus", select="Shoesize").json(), "error") == []


@pytest.mark.parametrize(
    ("name", "answer"), [("newer", {"LicenseKey": 5}), ("token", {"expires_in": "60"}), ("error", {"error": "no"})]
)
def test_the_contract_is_not_kept_by_just_anything(name: str, answer: Any) -> None:
    assert kept(answer, name)


@pytest.mark.skipif(not XAPI, reason="LAPSEWATCH_XAPI_DESCRIPTION names no OpenAPI description of XAPI")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("read", "name"),
    [
        (system_status, "Pbx.SystemStatus"),
        (license_status, "Pbx.LicenseStatus"),
        (license_parameters, "Pbx.License"),
    ],
)
def test_answers_are_what_the_vendor_describes(read: Callable[[SimulatedPbx], Any], name: str, mode: Mode) -> None:
    described = nullable(yaml.safe_load(Path(XAPI).read_text()))
    properties = described["components"]["schemas"][name]["properties"]

    for pbx in fleet(40):
        pbx.version, pbx.mode = "20.0.10.145", mode
        answer = read(pbx)
        assert faults(answer, described, f"components/schemas/{name}") == []
        assert answer.keys() <= properties.keys()


def nullable(schema: Any) -> Any:
    """Return an OpenAPI 3.0 document whose `nullable` is said as JSON Schema says it."""
    if isinstance(schema, list):
        return [nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: nullable(part) for name, part in schema.items() if name != "nullable"}
    if schema.get("nullable") is not True:
        return parts
    return {"anyOf": [parts, {"type": "null"}]}
