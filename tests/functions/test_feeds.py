"""Feeds, request by request: what an address shows, to whom, and what it leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from lapsewatch.adapters.pages import render_fleet_json
from lapsewatch.adapters.s3 import ShelvedPage
from lapsewatch.domain.status import Freshness
from lapsewatch.domain.tokens import Role
from lapsewatch.feeds import create_feed

from tests.functions.caller import NOW, Api
from tests.functions.logs import all_that_is_logged
from tests.unit.pages.builders import EXPIRY, fleet, status_row

HIDDEN: dict[str, Any] = {
    "fqdn": "canary.3cx.us",
    "product_code": "CANARY-CODE",
    "license_key": "CANARY-7XFG-2R4K-9Q1S",
    "version": "canary",
    "reseller": "canary",
    "reason": "canary",
    "remedy": "canary",
    "note": "canary",
    "renew_url": "https://shop.example/canary",
    "acknowledged": "canary",
}
BOTH = pytest.mark.parametrize("path", ["", "renewals.ics"], ids=["page", "calendar"])


@pytest.fixture
def shown(api: Api) -> Api:
    """Return an api whose fleet has an instance of each of two customers."""
    put(api, days=0)
    return api


def put(api: Api, *, days: int, contoso: bool = True) -> None:
    """Have the report made anew, every license ending so many days later."""
    ends = EXPIRY + timedelta(days=days)
    rows = [status_row("northwind", freshness=Freshness.FAILING, expires_at=ends, **HIDDEN)]
    if contoso:
        rows.append(status_row("contoso", name="Contoso Dental", customer="Contoso", expires_at=ends, **HIDDEN))
    body = render_fleet_json(fleet(rows, generated_at=NOW)).encode()
    api.shelf.pages["fleet.json"] = ShelvedPage(body, "application/json", f'"{days}"', NOW)


def feed(api: Api, customer: str | None = None) -> str:
    return create_feed(api.feeds, ["Northwind Health", "Contoso"], "a feed", customer, NOW)


def names(calendar: str) -> list[str]:
    return sorted(str(event["SUMMARY"]).partition(":")[0] for event in Calendar.from_ical(calendar).subcomponents)


def test_the_calendar_of_the_fleet_has_every_renewal(shown: Api) -> None:
    answer = shown.call("GET", f"/feeds/{feed(shown)}/renewals.ics")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert names(answer.body) == ["Contoso Dental", "Northwind Cardiology"]
    assert "https://page.example/#instance-contoso" in answer.body.replace("\r\n ", "")


def test_a_customer_gets_its_own_renewals_and_its_own_page(shown: Api) -> None:
    token = feed(shown, "Contoso")

    calendar = shown.call("GET", f"/feeds/{token}/renewals.ics").body
    page = shown.call("GET", f"/feeds/{token}/")

    assert names(calendar) == ["Contoso Dental"]
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Licenses of Contoso" in page.body
    assert "Northwind" not in page.body + calendar
    assert f"webcal://page.example/feeds/{token}/renewals.ics" in page.body


@BOTH
@pytest.mark.parametrize("customer", [None, "Northwind Health", "Contoso"])
def test_nothing_that_is_ours_alone_leaves_by_a_feed(shown: Api, customer: str | None, path: str) -> None:
    answer = shown.call("GET", f"/feeds/{feed(shown, customer)}/{path}")

    assert answer.status == 200
    assert "canary" not in (answer.body.replace("\r\n ", "") + str(answer.headers)).casefold()


@BOTH
def test_the_answer_is_for_its_holder_alone_and_as_strict_as_any_other(shown: Api, path: str) -> None:
    headers = shown.call("GET", f"/feeds/{feed(shown)}/{path}").headers

    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@BOTH
def test_who_has_it_already_gets_nothing_until_a_date_moves(shown: Api, path: str) -> None:
    address = f"/feeds/{feed(shown)}/{path}"
    tag = shown.call("GET", address).headers["ETag"]

    again = shown.call("GET", address, if_none_match=tag)
    of_several = shown.call("GET", address, if_none_match=f'"other", {tag}')
    weakened = shown.call("GET", address, if_none_match=f"W/{tag.removeprefix('W/')}")
    put(shown, days=1)
    moved = shown.call("GET", address, if_none_match=tag)

    assert [(answer.status, answer.body) for answer in (again, of_several, weakened)] == [(304, "")] * 3
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert moved.status == 200
    assert moved.headers["ETag"] != tag


@pytest.mark.fault("A1")
@BOTH
def test_wrong_and_revoked_and_unknown_tokens_are_answered_like_any_path_that_is_not_there(
    shown: Api, path: str
) -> None:
    token, kept = feed(shown), feed(shown)
    shown.feeds.revoke(token.split("_")[1], NOW)
    wrong = [
        token,
        kept[:-1] + ("A" if kept[-1] != "A" else "B"),
        f"lwf_000000000000_{'A' * 43}",
        shown.bearers[Role.ADMIN],
        shown.bearers[Role.ADMIN].replace("lw_", "lwf_"),
        "nonsense",
        "%2e%2e",
        "\u00fc",
        "x" * 5000,
    ]

    answers = [shown.call("GET", f"/feeds/{text}/{path}") for text in wrong]
    nowhere = shown.call("GET", "/nowhere")

    assert {(answer.status, answer.body, str(answer.headers)) for answer in answers} == {
        (404, nowhere.body, str(nowhere.headers))
    }
    assert shown.call("GET", f"/feeds/{kept}/{path}").status == 200


@pytest.mark.fault("A1")
def test_a_feed_token_opens_nothing_but_its_feed(shown: Api) -> None:
    token = feed(shown)

    for bearer in (token, token.replace("lwf_", "lw_")):
        assert shown.call("GET", "/fleet.json", authorization=f"Bearer {bearer}").status == 401
        assert shown.call("POST", "/session", body=f"token={bearer}").status == 401
    assert shown.call("POST", f"/feeds/{token}/").status == 404
    assert shown.call("DELETE", f"/feeds/{token}/renewals.ics").status == 404


@BOTH
def test_a_feed_waits_for_the_first_report(api: Api, path: str) -> None:
    api.shelf.pages.clear()

    assert api.call("GET", f"/feeds/{feed(api)}/{path}").status == 503


def test_a_customer_whose_instances_are_all_gone_keeps_an_empty_feed(shown: Api) -> None:
    token = feed(shown, "Contoso")

    put(shown, days=0, contoso=False)

    assert names(shown.call("GET", f"/feeds/{token}/renewals.ics").body) == []
    assert "No phone system" in shown.call("GET", f"/feeds/{token}/").body


@pytest.mark.fault("C5")
def test_no_token_of_a_feed_comes_into_a_log_at_any_level(shown: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    good, revoked = feed(shown), feed(shown)
    shown.feeds.revoke(revoked.split("_")[1], NOW)

    with all_that_is_logged(monkeypatch) as log:
        for token in (good, revoked, f"{good[:-4]}AAAA"):
            for path in ("", "renewals.ics", "elsewhere"):
                shown.call("GET", f"/feeds/{token}/{path}")
        shown.shelf.pages["fleet.json"] = ShelvedPage(b'{"generated_at": 1}', "application/json", '"x"')
        broken = shown.call("GET", f"/feeds/{good}/")

    assert broken.status == 500
    assert "a request failed unexpectedly" in log.getvalue()
    for token in (good, revoked):
        assert token.split("_", 2)[2][:12] not in log.getvalue()
