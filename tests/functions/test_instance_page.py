"""The page of one instance, and the same ledger for programs."""

import json
from dataclasses import replace

import pytest
from lapsewatch.domain.license import Observation
from lapsewatch.domain.tokens import Role

from tests.functions.caller import Api
from tests.scenes import days_before

ONE = "/instances/northwind"


def test_the_page_says_why_each_mail_was_or_was_not_sent(api: Api) -> None:
    api.scene.remind(days_before(6))

    answer = api.call("GET", ONE, Role.VIEWER)

    assert answer.status == 200
    assert "SNS message message-1" in answer.body
    assert "Not due yet." in answer.body
    assert "8SGW-7XFG" not in answer.body


def test_a_stranger_is_asked_to_sign_in_and_comes_back(api: Api) -> None:
    answer = api.call("GET", ONE)

    assert (answer.status, answer.headers["Location"]) == (303, "/session?return_to=%2Finstances%2Fnorthwind")


@pytest.mark.parametrize("name", ["nobody", "..", "%3Cscript%3E", "a" * 300])
def test_an_instance_that_is_not_there_is_a_page_that_says_so(api: Api, name: str) -> None:
    answer = api.call("GET", f"/instances/{name}", Role.VIEWER)

    assert answer.status == 404
    assert "<script>" not in answer.body


def test_programs_get_every_line_with_its_standing(api: Api) -> None:
    api.scene.remind(days_before(6))

    document = json.loads(api.call("GET", f"/api{ONE}/reminders", Role.VIEWER).body)

    lines = [
        (line["milestone"], line["standing"], line["why"]) for line in document["reminders"] + document["unclaimed"]
    ]
    assert lines == [
        (10, "sent", "Sent."),
        (3, "coming", "Not due yet."),
        (1, "coming", "Not due yet."),
        (0, "coming", "Not due yet."),
    ]
    assert document["reminders"][0]["sns_message_id"] == "message-1"
    assert document["next_reminder_at"] == "2026-06-17T12:00:00Z"


def test_programs_get_the_history_with_masked_keys(api: Api) -> None:
    seen = api.scene.pbx.readings["northwind"]
    assert isinstance(seen, Observation)
    api.scene.pbx.readings["northwind"] = replace(seen, license=replace(seen.license, key="AAAA-BBBB-CCCC-DDDD"))
    api.scene.poll(days_before(6))
    api.scene.remind(days_before(6))

    answer = api.call("GET", f"/api{ONE}/history", Role.VIEWER)
    page = api.call("GET", ONE, Role.VIEWER)

    [entry] = json.loads(answer.body)["history"]
    assert entry["changes"][0]["fact"] == "license key"
    assert "AAAA" not in answer.body
    assert "Changes" in page.body
    assert api.call("GET", f"/api{ONE}/history").status == 401
    assert api.call("GET", "/api/instances/nobody/history", Role.VIEWER).status == 404
