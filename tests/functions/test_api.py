"""The HTTP interface, request by request, over the fakes."""

import gzip
import json
from base64 import b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from lapsewatch.adapters.s3 import ShelvedPage
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import FailedRead, Reason
from lapsewatch.domain.tokens import Role

from tests.functions.caller import CANARY, NOW, Api
from tests.scenes import EXPIRY, days_before


def test_the_page_asks_a_stranger_to_sign_in_and_remembers_where_to_go(api: Api) -> None:
    answer = api.call("GET", "/?band=expired")

    assert (answer.status, answer.headers["Location"]) == (303, "/session?return_to=%2F%3Fband%3Dexpired")


def test_the_page_is_shown_to_a_viewer_with_its_etag(api: Api) -> None:
    answer = api.call("GET", "/", Role.VIEWER)
    again = api.call("GET", "/", Role.VIEWER, if_none_match='"1"')

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert "the page" in answer.body
    assert (again.status, again.body) == (304, "")


@pytest.mark.parametrize("path", ["/", "/fleet.json", "/fleet.csv"])
def test_a_compressed_page_is_handed_on_as_it_is_stored(api: Api, path: str) -> None:
    name = path[1:] or "index.html"
    plain = api.shelf.pages[name]
    stored = gzip.compress(plain.body or b"")
    api.shelf.pages[name] = ShelvedPage(stored, plain.content_type, '"9"', NOW, "gzip")

    answer = api.call("GET", path, Role.VIEWER, accept_encoding="br, gzip")

    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert (b64decode(answer.body), answer.headers["Vary"]) == (stored, "Accept-Encoding")
    assert answer.headers["Content-Type"] == plain.content_type


def test_a_caller_that_takes_nothing_compressed_gets_the_plain_page(api: Api) -> None:
    stored = gzip.compress("<p>the page of Müller</p>".encode())
    api.shelf.pages["index.html"] = ShelvedPage(stored, "text/html; charset=utf-8", '"9"', NOW, "gzip")

    answer = api.call("GET", "/", Role.VIEWER)

    assert (answer.status, answer.body) == (200, "<p>the page of Müller</p>")
    assert "Content-Encoding" not in answer.headers


def test_every_answer_carries_the_security_headers(api: Api) -> None:
    for answer in (api.call("GET", "/healthz"), api.call("GET", "/", Role.VIEWER), api.call("GET", "/nowhere")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"].startswith("private")


def test_a_token_buys_a_session_that_opens_the_page(api: Api) -> None:
    entered = api.call(
        "POST", "/session", body=urlencode({"token": api.bearers[Role.VIEWER], "return_to": "/calendar"})
    )
    page = api.call("GET", "/", cookie=api.session())

    assert (entered.status, entered.headers["Location"]) == (303, "/calendar")
    assert all(word in entered.cookies[0] for word in ("HttpOnly", "Secure", "SameSite=Strict"))
    assert page.status == 200


def test_signing_in_never_leads_to_another_site(api: Api) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert api.enter(Role.VIEWER, elsewhere).headers["Location"] == "/"


@pytest.mark.fault("A1")
@pytest.mark.parametrize("token", ["", "wrong", "lw_0123456789ab_nope", "lw_zz_ü", "\ud800", "x" * 5000, "Ünïcode"])
def test_a_wrong_token_is_refused_and_never_an_error_of_ours(api: Api, token: str) -> None:
    bearer = api.call("GET", "/fleet.json", authorization=f"Bearer {token}")
    form = api.call("POST", "/session", body="token=" + token[:1000].replace("\ud800", "%ED%A0%80"))

    assert bearer.status == 401
    assert bearer.headers["Content-Type"] == "application/problem+json"
    assert form.status == 401


@pytest.mark.fault("A1")
def test_a_revoked_token_ends_its_sessions_too(api: Api) -> None:
    cookie = api.session()
    token_id = api.bearers[Role.OPERATOR].split("_")[1]

    api.tokens.revoke(token_id, NOW)

    assert api.call("GET", "/", cookie=cookie).status == 303
    assert api.refresh().status == 401


def test_a_tampered_or_old_session_is_refused(api: Api) -> None:
    cookie = api.session()
    assert api.call("GET", "/fleet.json", cookie=cookie[:-1] + ("0" if cookie[-1] != "0" else "1")).status == 401

    api.now = NOW + timedelta(days=31)

    assert api.call("GET", "/fleet.json", cookie=cookie).status == 401


def test_a_refresh_answers_with_both_dates(api: Api) -> None:
    api.scene.says(EXPIRY + timedelta(days=365))

    answer = api.refresh()

    assert answer.status == 200
    assert json.loads(answer.body) == {
        "instance_id": "northwind",
        "before": {
            "expires_at": "2026-06-20T16:00:00Z",
            "expires_on": "2026-06-20",
            "days_left": 6,
            "band": "critical",
        },
        "after": {"expires_at": "2027-06-20T16:00:00Z", "expires_on": "2027-06-20", "days_left": 371, "band": "active"},
        "changed": True,
        "resolved": False,
    }


def test_a_viewer_may_look_but_not_refresh(api: Api) -> None:
    assert api.refresh(Role.VIEWER).status == 403
    assert api.scene.pbx.visits == ["northwind"]


def test_a_stranger_may_not_refresh(api: Api) -> None:
    assert api.refresh(None).status == 401


@pytest.mark.fault("A2")
@pytest.mark.parametrize(("instance_id", "status"), [("nobody", 404), ("x" * 300, 400), ("UPPER", 400), ("a#b", 404)])
def test_an_unknown_instance_is_404_and_a_malformed_id_400(api: Api, instance_id: str, status: int) -> None:
    answer = api.refresh(instance_id=instance_id)

    assert answer.status == status
    assert instance_id[:40] not in answer.body or status == 404


@pytest.mark.fault("A3")
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("x" * 2000, "application/json", 413),
        ("a=b", "application/x-www-form-urlencoded", 415),
        ("{", "application/json", 400),
        ('{"force": true}', "application/json", 400),
        ("{}", "application/json; charset=utf-8", 200),
        ("", "text/plain", 200),
    ],
)
def test_a_refresh_takes_no_fields(api: Api, body: str, content_type: str, status: int) -> None:
    assert api.refresh(body=body, content_type=content_type).status == status


@pytest.mark.fault("A4")
def test_a_second_refresh_is_told_when_to_come_back(api: Api) -> None:
    api.refresh()

    again = api.refresh()

    assert (again.status, again.headers["Retry-After"]) == (429, "61")


def test_every_refresh_that_may_be_asked_for_leaves_an_audit_line(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.refresh(Role.VIEWER)
    api.refresh(Role.OPERATOR)
    api.refresh(Role.ADMIN)

    lines = [(r.__dict__["action"], r.__dict__["by"]) for r in caplog.records if r.message == "audit"]
    assert lines == [("refresh asked for", "a operator"), ("refresh asked for", "a admin")]


def test_a_pbx_that_cannot_be_reached_is_said_with_its_remedy(api: Api) -> None:
    api.scene.fails(Reason.UNREACHABLE)

    answer = api.refresh()

    assert answer.status == 502
    assert "unreachable" in json.loads(answer.body)["detail"]
    assert "firewall" in json.loads(answer.body)["detail"]


@pytest.mark.fault("A6")
def test_a_slow_pbx_is_answered_with_where_to_look_and_when(api: Api) -> None:
    api.scene.pbx.readings["northwind"] = FailedRead(NOW, Reason.TIMEOUT, asked=True)

    answer = api.refresh()

    assert (answer.status, answer.headers["Location"]) == (202, "/api/instances/northwind")
    assert answer.headers["Retry-After"] == "35"
    said = json.loads(answer.body)
    assert (said["pending"], said["see"]) == (True, "/api/instances/northwind")
    assert said["before"]["days_left"] == 6
    assert json.loads(api.call("GET", said["see"], Role.VIEWER).body)["last_read_at"] < said["asked_at"]


def test_a_pbx_that_cannot_be_refreshed_is_said_with_what_to_do(api: Api) -> None:
    api.scene.add("old", access=Access.LEGACY)

    answer = api.refresh(instance_id="old")

    assert answer.status == 422
    assert "press Refresh License Key Information" in json.loads(answer.body)["detail"]


@pytest.mark.fault("P16")
def test_a_pbx_that_wants_to_be_left_alone_is_and_the_caller_is_told_how_long(api: Api) -> None:
    api.scene.pbx.readings["northwind"] = FailedRead(NOW, Reason.UPGRADING, retry_after=600)
    api.scene.poll(NOW)

    answer = api.refresh()

    assert (answer.status, answer.headers["Retry-After"]) == (429, "600")
    assert "The PBX asked to be left alone" in json.loads(answer.body)["detail"]


@pytest.mark.fault("A7")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_requested_with": "lapsewatch", "sec_fetch_site": "cross-site"},
        {"x_requested_with": "lapsewatch", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-origin"},
    ],
)
def test_another_site_cannot_refresh_with_the_session_of_the_browser(api: Api, headers: dict[str, str]) -> None:
    assert api.refresh(None, cookie=api.session(), **headers).status == 403


def test_the_page_itself_can_refresh_with_the_session(api: Api) -> None:
    answer = api.refresh(None, cookie=api.session(), x_requested_with="lapsewatch", sec_fetch_site="same-origin")

    assert answer.status == 200


@pytest.mark.fault("A8")
def test_an_unexpected_error_says_nothing_about_our_insides(api: Api) -> None:
    def explode(_: object) -> None:
        raise RuntimeError(f"arn:aws:secret {CANARY}")

    api.scene.store.watched = explode  # type: ignore[assignment, method-assign]

    answer = api.refresh()

    assert answer.status == 500
    assert CANARY not in answer.body
    assert "arn:" not in answer.body


def test_an_instance_shows_its_row_and_its_reminders(api: Api) -> None:
    api.scene.remind(days_before(10))

    row = json.loads(api.call("GET", "/api/instances/northwind", Role.VIEWER).body)
    ledger = json.loads(api.call("GET", "/api/instances/northwind/reminders", Role.VIEWER).body)

    assert (row["band"], row["days_left"], row["expires_on"]) == ("critical", 6, "2026-06-20")
    assert [(entry["milestone"], entry["state"]) for entry in ledger["reminders"]] == [(10, "SENT")]
    assert ledger["next_reminder_at"] == "2026-06-17T12:00:00Z"
    assert ledger["reminders"][0]["routes"] == []


def test_a_reminder_says_what_became_of_it_on_each_route(api: Api) -> None:
    api.scene.remind(days_before(10))
    [key] = api.scene.store.ledger
    handed = [Handover(HandoverKey(key, name), "x", NOW) for name in ("noc", "chat")]
    api.handovers.begin(handed)
    api.handovers.settle([handed[0].key], Standing.GIVEN_UP, "x", "hooks.example: HTTP 410", NOW)

    ledger = json.loads(api.call("GET", "/api/instances/northwind/reminders", Role.VIEWER).body)

    chat, noc = ledger["reminders"][0]["routes"]
    assert (chat["route"], chat["standing"], chat["answer"], chat["attempts"]) == ("chat", "waiting", None, 0)
    assert (noc["route"], noc["standing"], noc["answer"]) == ("noc", "given_up", "hooks.example: HTTP 410")
    assert noc["tried_at"] == "2026-06-14T13:00:00Z"


def test_the_list_of_instances_is_the_fleet_as_rendered(api: Api) -> None:
    answer = json.loads(api.call("GET", "/api/instances", Role.VIEWER).body)

    assert answer == {"generated_at": "2026-06-14T13:00:00Z", "instances": []}


def test_a_browser_saves_the_table_under_a_name_with_the_day_of_its_facts(api: Api) -> None:
    answer = api.call("GET", "/fleet.csv", Role.VIEWER)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lapsewatch-2026-06-14.csv"'


def test_a_stranger_gets_no_data_and_is_told_so_as_a_program_is(api: Api) -> None:
    for path in ("/fleet.json", "/fleet.csv"):
        answer = api.call("GET", path)
        assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")


def test_renewing_leads_a_viewer_to_the_shop_and_a_stranger_to_sign_in(api: Api) -> None:
    viewer = api.call("GET", "/instances/northwind/renew", Role.VIEWER)
    stranger = api.call("GET", "/instances/northwind/renew")

    assert (viewer.status, viewer.headers["Location"]) == (303, f"https://shop.example/renew?key={CANARY}")
    assert CANARY not in str(stranger.headers)


def test_healthz_tells_ages_to_anyone_and_nothing_else(api: Api) -> None:
    api.heartbeats.beat("poll", NOW - timedelta(minutes=5), {})

    answer = api.call("GET", "/healthz")

    ages = {"dispatch": None, "poll": 300, "remind": None, "report": None}
    assert json.loads(answer.body) == {"status": "ok", "seconds_since": ages}


def test_signing_out_clears_the_cookie(api: Api) -> None:
    answer = api.call("DELETE", "/session", cookie=api.session(), x_requested_with="lapsewatch")

    assert answer.status == 204
    assert "Max-Age=0" in answer.cookies[0]


def test_the_script_can_ask_whether_it_is_signed_in(api: Api) -> None:
    stranger = api.call("GET", "/session", accept="application/json")
    operator = api.call("GET", "/session", accept="application/json", cookie=api.session())

    assert stranger.status == 204
    assert json.loads(operator.body)["role"] == "operator"


def test_a_page_that_was_never_rendered_says_so(api: Api) -> None:
    answer = api.call("GET", "/calendar", Role.VIEWER)

    assert answer.status == 503


def _side(day: str, days_left: int, band: str) -> dict[str, Any]:
    return {"expires_at": f"{day}T16:00:00Z", "expires_on": day, "days_left": days_left, "band": band}
