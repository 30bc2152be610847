"""What a PBX answers about itself has the documented properties and types."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pytest

from local.simulator.pbx import SimulatedPbx
from local.simulator.properties import (
    LICENSE_PARAMETERS,
    LICENSE_PARAMETERS_SINCE,
    LICENSE_STATUS,
    SYSTEM_STATUS,
    Kind,
    Properties,
    known_to,
)
from local.simulator.resources import license_parameters, license_status, system_status
from tests.simulator.live import Caller, fleet

CHECKS: dict[Kind, Callable[[Any], bool]] = {
    Kind.BOOL: lambda value: isinstance(value, bool),
    Kind.INT32: lambda value: type(value) is int and abs(value) < 2**31,
    Kind.INT64: lambda value: type(value) is int and abs(value) < 2**63,
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.TEXTS: lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    Kind.INSTANT: lambda value: datetime.fromisoformat(value).tzinfo is not None,
}


def wrong(answer: dict[str, Any], properties: Properties) -> Iterable[str]:
    for name, value in answer.items():
        one = properties[name]
        if not (one.open if value is None else CHECKS[one.kind](value)):
            yield f"{name}: {value!r}"


@pytest.mark.parametrize(
    ("read", "properties"),
    [
        (system_status, SYSTEM_STATUS),
        (license_status, LICENSE_STATUS),
        (license_parameters, LICENSE_PARAMETERS),
    ],
)
def test_every_answer_has_the_properties_of_its_build_in_their_types(
    read: Callable[[SimulatedPbx], dict[str, Any]], properties: Properties
) -> None:
    for pbx in fleet(120):
        answer = read(pbx)

        assert answer.keys() == known_to(pbx.build, properties)
        assert not list(wrong(answer, properties))


def test_a_selection_brings_what_was_asked_for_and_no_more(office: Caller) -> None:
    office.sign_in()

    answer = office.get("SystemStatus", select="FQDN, LicenseKey").json()

    assert answer == {
        "@odata.context": f"https://{office.pbx.fqdn}/xapi/v1/$metadata#SystemStatus(FQDN,LicenseKey)",
        "FQDN": office.pbx.fqdn,
        "LicenseKey": office.pbx.license_key,
    }


@pytest.mark.parametrize("path", ["SystemStatus", "LicenseStatus", "Users", "Defs", "Defs/Pbx.GetLicenseParameters()"])
def test_an_unknown_property_spoils_the_request(office: Caller, path: str) -> None:
    office.sign_in()

    answer = office.get(path, select="Shoesize")

    assert answer.status_code == 400
    assert "Shoesize" in answer.json()["error"]["message"]
    assert answer.json()["error"]["details"][0]["target"] == "$select"


def test_builds_since_20_0_9_tell_seats(office: Caller) -> None:
    office.sign_in()

    answer = office.get("SystemStatus", select="UserExtensions,MaxUserExtensions").json()

    assert (answer["UserExtensions"], answer["MaxUserExtensions"]) == (office.pbx.users, office.pbx.user_limit)


def test_older_builds_refuse_to_tell_seats(old: Caller) -> None:
    old.sign_in()

    asked = old.get("SystemStatus", select="LicenseKey,UserExtensions")
    unasked = old.get("SystemStatus").json()

    assert asked.status_code == 400
    assert "UserExtensions" not in unasked


def test_the_health_probe_tells_the_full_version(office: Caller) -> None:
    office.sign_in()

    answer = office.get("Defs", select="Id")

    assert answer.headers["X-3CX-Version"] == office.pbx.version
    assert answer.json()["Id"] == 0


def test_license_parameters_came_with_20_0_8(office: Caller) -> None:
    office.sign_in()
    office.pbx.version = "20.0.7.1057"

    before = office.get("Defs/Pbx.GetLicenseParameters()")
    office.pbx.version = ".".join(map(str, LICENSE_PARAMETERS_SINCE))
    since = office.get("Defs/Pbx.GetLicenseParameters()")

    assert (before.status_code, since.status_code) == (404, 200)
    assert before.json()["error"]["message"] == "Not Found"


@pytest.mark.parametrize("style", ["in UTC", "in the local offset"])
def test_a_date_says_the_same_instant_in_either_style(enterprise: Caller, style: str) -> None:
    enterprise.pbx.local_dates = style == "in the local offset"
    enterprise.sign_in()

    text = enterprise.get("SystemStatus", select="ExpirationDate").json()["ExpirationDate"]

    expires_at = enterprise.pbx.own.expires_at
    assert expires_at is not None
    assert abs(datetime.fromisoformat(text) - expires_at).total_seconds() < 1
    assert text.endswith("Z") == (style == "in UTC")


def test_local_dates_have_seven_digits_of_a_second_and_an_offset() -> None:
    pbx = next(pbx for pbx in fleet() if pbx.local_dates)

    text = system_status(pbx)["ExpirationDate"]

    fraction, offset = text.partition(".")[2][:7], text.partition(".")[2][7:]
    assert fraction.isdigit()
    assert offset[0] in "+-"
