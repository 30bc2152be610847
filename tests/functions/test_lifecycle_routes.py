"""Pausing, removing, correcting and acknowledging over HTTP."""

import json
from typing import Any

import pytest
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.tokens import Role

from tests.functions.caller import Api

JSON = {"content_type": "application/json"}
ONE = "/api/instances/northwind"


def patch(api: Api, body: Any, role: Role = Role.ADMIN) -> Any:
    return api.call("PATCH", ONE, role, body=json.dumps(body), **JSON)


def test_an_admin_pauses_and_resumes_an_instance(api: Api) -> None:
    paused = patch(api, {"enabled": False})
    resumed = patch(api, {"enabled": True})

    assert (paused.status, json.loads(paused.body)["freshness"]) == (200, "paused")
    assert (resumed.status, json.loads(resumed.body)["freshness"]) != (200, "paused")
    assert api.scene.state().enabled


def test_an_admin_removes_an_instance_once(api: Api) -> None:
    removed = api.call("DELETE", ONE, Role.ADMIN)
    again = api.call("DELETE", ONE, Role.ADMIN)

    assert api.scene.remind_job.started_soon == 1
    assert (removed.status, removed.body, again.status) == (204, "", 404)
    assert api.call("GET", ONE, Role.VIEWER).status == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_an_admin_changes_the_fleet(api: Api, role: Role) -> None:
    assert patch(api, {"enabled": False}, role).status == 403
    assert api.call("DELETE", ONE, role).status == 403
    assert api.call("POST", f"{ONE}/accept-no-expiry", role, body="{}", **JSON).status == 403
    assert api.scene.state().enabled


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "enabled"),
        ({"enabled": "no"}, "enabled"),
        ({"enabled": 0}, "enabled"),
        ({"enabled": False, "name": "x"}, "name"),
        ([], "body"),
    ],
)
def test_a_wrong_field_is_named(api: Api, body: Any, named: str) -> None:
    answer = patch(api, body)

    assert answer.status == 400
    assert named in json.loads(answer.body)["detail"]
    assert api.scene.state().enabled


def test_a_body_that_is_not_json_is_refused(api: Api) -> None:
    assert api.call("PATCH", ONE, Role.ADMIN, body="enabled=false").status == 415
    assert api.call("PATCH", ONE, Role.ADMIN, body="{" + " " * 5000, **JSON).status == 413
    assert api.call("PATCH", ONE, Role.ADMIN, body="{", **JSON).status == 400


def test_a_session_cannot_be_used_by_another_site_to_remove_an_instance(api: Api) -> None:
    cookie = api.session(Role.ADMIN)

    refused = api.call("DELETE", ONE, cookie=cookie, sec_fetch_site="cross-site")

    assert refused.status == 403
    assert not api.scene.state().deleted


def test_a_date_that_is_there_cannot_be_accepted_as_gone(api: Api) -> None:
    answer = api.call("POST", f"{ONE}/accept-no-expiry", Role.ADMIN, body='{"clock": "license"}', **JSON)

    assert answer.status == 400
    assert "usable license date" in json.loads(answer.body)["detail"]


def test_every_change_leaves_an_audit_line_that_says_who(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    patch(api, {"enabled": False})
    api.call("DELETE", ONE, Role.ADMIN)

    assert api.scene.render.started_soon == 2
    lines = [(r.__dict__["action"], r.__dict__["by"]) for r in caplog.records if r.message == "audit"]
    assert lines == [("instance paused", "a admin"), ("instance removed", "a admin")]


def note(api: Api, body: Any, role: Role = Role.OPERATOR, method: str = "POST") -> Any:
    return api.call(method, f"{ONE}/acknowledge", role, body=json.dumps(body), **JSON)


def test_an_operator_acknowledges_a_cycle_and_takes_it_back(api: Api) -> None:
    taken = note(api, {"clock": "license", "reason": "ordered", "until": "2026-06-16"})
    back = note(api, {"clock": "license"}, method="DELETE")

    assert (taken.status, json.loads(taken.body)["acknowledged_until"]) == (200, "2026-06-17T12:00:00Z")
    assert (back.status, json.loads(back.body)["acknowledged_until"]) == (200, None)


def test_an_acknowledgement_says_who(api: Api) -> None:
    note(api, {"clock": "license", "reason": "ordered"})

    acknowledged = api.scene.state().series[Clock.LICENSE].acknowledged
    assert acknowledged is not None
    assert (acknowledged.by, acknowledged.reason, acknowledged.until) == ("a operator", "ordered", None)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"reason": "x"}, "clock"),
        ({"clock": "moon", "reason": "x"}, "clock"),
        ({"clock": "license"}, "reason"),
        ({"clock": "license", "reason": " \n "}, "reason"),
        ({"clock": "license", "reason": "x", "until": "soon"}, "until"),
        ({"clock": "license", "reason": "x", "until": "2020-01-01"}, "until"),
        ({"clock": "license", "reason": "x", "forever": True}, "forever"),
        ({"clock": "maintenance", "reason": "x"}, "maintenance"),
    ],
)
def test_a_wrong_field_of_an_acknowledgement_is_named(api: Api, body: Any, named: str) -> None:
    answer = note(api, body)

    assert answer.status == 400
    assert named in json.loads(answer.body)["detail"]


def test_a_viewer_cannot_acknowledge(api: Api) -> None:
    assert note(api, {"clock": "license", "reason": "x"}, Role.VIEWER).status == 403
    assert note(api, {"clock": "license"}, Role.VIEWER, "DELETE").status == 403
