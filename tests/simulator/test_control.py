"""The control interface shows and changes the fleet, and says what is wrong with a change."""

from typing import Any

import httpx
import pytest

from local.simulator.server import Simulator
from tests.simulator.live import Caller


def test_the_list_shows_every_instance(control: httpx.Client, simulator: Simulator) -> None:
    listed = control.get("/instances").json()["instances"]

    assert [row["id"] for row in listed] == list(simulator.fleet)


def test_an_instance_shows_facts_mode_and_counters_but_no_credentials(control: httpx.Client, office: Caller) -> None:
    office.sign_in()
    office.get("SystemStatus")

    facts = control.get(f"/instances/{office.pbx.id}").json()

    assert facts["mode"] == "ok"
    assert facts["counters"] == {"logins": 1, "refused": 0, "reads": 1, "refreshes": 0, "overlapping": 0}
    assert office.pbx.password not in str(facts)


def test_a_change_answers_with_the_changed_instance(control: httpx.Client, office: Caller) -> None:
    before = control.get(f"/instances/{office.pbx.id}").json()

    after = control.patch(
        f"/instances/{office.pbx.id}", json={"expires_at": "2027-01-31T18:00:00+02:00", "mode": "slow"}
    ).json()

    assert (after["expires_at"], after["mode"]) == ("2027-01-31T16:00:00+00:00", "slow")
    assert after["shown_expires_at"] == before["expires_at"]
    assert after["product_code"] == before["product_code"]


def test_a_date_can_be_taken_away(control: httpx.Client, office: Caller) -> None:
    after = control.patch(f"/instances/{office.pbx.id}", json={"expires_at": None}).json()

    assert after["expires_at"] is None


def test_an_empty_change_changes_nothing(control: httpx.Client, office: Caller) -> None:
    before = control.get(f"/instances/{office.pbx.id}").json()

    assert control.patch(f"/instances/{office.pbx.id}", json={}).json() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("expires_at", "tomorrow"),
        ("expires_at", "2027-01-31"),
        ("expires_at", "2027-01-31T16:00:00"),
        ("expires_at", "2027-02-29T16:00:00Z"),
        ("expires_at", "0001-01-01T00:00:00+14:00"),
        ("expires_at", 1_800_000_000),
        ("expires_at", "1800000000"),
        ("maintenance_expires_at", True),
        ("license_active", "yes"),
        ("license_active", None),
        ("product_code", ""),
        ("product_code", None),
        ("mode", "sulking"),
        ("mode", None),
        ("certificate", "forged"),
        ("certificate", None),
        ("blocks_after", 0),
        ("blocks_after", "3"),
        ("blocked", "no"),
        ("shoesize", 42),
    ],
)
def test_a_bad_change_names_its_field_and_changes_nothing(
    control: httpx.Client, office: Caller, field: str, value: Any
) -> None:
    before = control.get(f"/instances/{office.pbx.id}").json()

    answer = control.patch(f"/instances/{office.pbx.id}", json={"expires_at": "2030-01-01T00:00:00Z"} | {field: value})

    assert answer.status_code == 400
    assert any(problem.startswith(f"{field}: ") for problem in answer.json()["errors"])
    assert control.get(f"/instances/{office.pbx.id}").json() == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_a_change_that_is_no_json_object_is_refused(control: httpx.Client, office: Caller, body: bytes) -> None:
    assert control.patch(f"/instances/{office.pbx.id}", content=body).status_code == 400


def test_an_unknown_instance_is_not_found(control: httpx.Client) -> None:
    answers = [
        control.get("/instances/nobody"),
        control.patch("/instances/nobody", json={}),
        control.post("/instances/nobody/sync"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_health_tells_how_many_instances_there_are(control: httpx.Client, simulator: Simulator) -> None:
    assert control.get("/healthz").json() == {"status": "ok", "instances": len(simulator.fleet)}


def test_the_ca_is_handed_out(control: httpx.Client, simulator: Simulator) -> None:
    assert control.get("/ca.pem").text == simulator.ca_pem
