"""The page of one instance, and the same ledger for programs."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from lapsewatch.domain.license import Observation, Reason
from lapsewatch.domain.tokens import Role

from tests.functions.caller import CANARY, Api
from tests.scenes import EXPIRY, days_before

ONE = "/instances/northwind"


def test_the_page_says_why_each_mail_was_or_was_not_sent(api: Api) -> None:
    api.scene.remind(days_before(6))

    answer = api.call("GET", ONE, Role.VIEWER)

    assert answer.status == 200
    assert "SNS message message-1" in answer.body
    assert "Not due yet." in answer.body
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_page_holds_the_key_for_its_own_buttons_only(api: Api) -> None:
    body = api.call("GET", ONE, Role.VIEWER).body

    assert body.count(CANARY) == 2
    assert f'data-key="{CANARY}"' in body
    assert f"/renew?key={CANARY}" in body


@pytest.mark.parametrize(("role", "may"), [(Role.VIEWER, False), (Role.OPERATOR, True), (Role.ADMIN, True)])
def test_the_page_offers_to_acknowledge_to_whoever_may(api: Api, role: Role, may: bool) -> None:
    body = api.call("GET", ONE, role).body

    assert ("data-acknowledge" in body) == may
    assert ("To acknowledge needs the role operator" in body) == (not may)
    assert f"a {role}" in body


def test_what_was_acknowledged_stands_on_the_page_until_it_is_withdrawn(api: Api) -> None:
    note = {"clock": "license", "reason": "order 4711"}
    api.call("POST", f"/api{ONE}/acknowledge", Role.OPERATOR, body=json.dumps(note), content_type="application/json")
    taken = api.call("GET", ONE, Role.OPERATOR).body
    withdrawn = {"clock": "license"}
    api.call(
        "DELETE", f"/api{ONE}/acknowledge", Role.OPERATOR, body=json.dumps(withdrawn), content_type="application/json"
    )
    after = api.call("GET", ONE, Role.OPERATOR).body

    assert 'data-withdraw="license"' in taken
    assert "order 4711" in taken
    assert "order 4711" not in after


def test_failing_reads_are_told_with_when_they_began(api: Api) -> None:
    api.scene.fails(Reason.TIMEOUT)
    api.scene.poll(days_before(9))
    api.scene.poll(days_before(8))

    page = api.call("GET", ONE, Role.VIEWER).body
    document = json.loads(api.call("GET", f"/api{ONE}", Role.VIEWER).body)

    assert "Failing since Jun 11, 2026, 09:00: no answer in time" in page
    assert "Last tried" in page
    assert document["failing_since"] == "2026-06-11T13:00:00Z"


def test_a_date_that_jumps_is_flagged_for_people_and_programs(api: Api) -> None:
    api.scene.says(EXPIRY + timedelta(days=3650))
    api.scene.poll(days_before(7))

    page = api.call("GET", ONE, Role.VIEWER).body
    document = json.loads(api.call("GET", f"/api{ONE}", Role.VIEWER).body)

    assert "License date jumped over 400 days ahead Jun 13" in page
    assert "+3,650 days: compare it" in page
    assert document["changed"] == [{"fact": "license date jump", "at": "2026-06-13T13:00:00Z"}]


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
    assert "History of changes" in page.body
    assert "AAAA" not in page.body.replace('data-key="AAAA-BBBB-CCCC-DDDD"', "").replace("key=AAAA-BBBB-CCCC-DDDD", "")
    assert "8SGW" not in page.body
    assert api.call("GET", f"/api{ONE}/history").status == 401
    assert api.call("GET", "/api/instances/nobody/history", Role.VIEWER).status == 404
