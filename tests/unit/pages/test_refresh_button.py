"""The Refresh button: what it says of each answer, and what it changes on the page."""

from datetime import timedelta
from typing import Any

import pytest
from lapsewatch.adapters.pages import render_index
from lapsewatch.domain.license import Seats
from playwright.sync_api import Page, expect

from tests.unit.pages.builders import NOW, fleet, status_row
from tests.unit.pages.site import Site
from tests.unit.pages.test_script import visible

RENEWED: dict[str, Any] = {
    "instance_id": "northwind",
    "before": {"expires_at": "2026-06-13T01:00:00Z", "expires_on": "2026-06-12", "days_left": 6, "band": "critical"},
    "after": {"expires_at": "2027-06-13T01:00:00Z", "expires_on": "2027-06-12", "days_left": 371, "band": "active"},
    "changed": True,
    "resolved": True,
}


def test_a_refresh_tells_before_and_after_and_moves_row_and_counters(page: Page, site: Site) -> None:
    site.refresh_answer = RENEWED
    page.goto(site.base)

    page.click('[data-refresh="northwind"]')

    row = page.locator("#instance-northwind")
    expect(row.locator(".outcome")).to_have_text("Jun 12, 2026 (6d) → Jun 12, 2027 (371d). The alert is closed.")
    expect(row.locator("[data-day]")).to_have_text("Jun 12, 2027")
    expect(row.locator("[data-days]")).to_have_text("371d")
    expect(row.locator(".pill")).to_have_text("Active")
    expect(page.locator('.counter[data-band="critical"] b')).to_have_text("0")
    expect(page.locator('.counter[data-band="active"] b')).to_have_text("2")
    expect(page.locator("[data-announce]")).to_contain_text("Northwind Cardiology")


def test_a_refresh_is_a_post_that_only_our_own_page_can_make(page: Page, site: Site) -> None:
    site.refresh_answer = RENEWED
    page.goto(site.base)

    page.click('[data-refresh="northwind"]')
    page.locator("#instance-northwind .outcome.good").wait_for()

    [(method, path, headers, body)] = site.asked
    assert (method, path, body) == ("POST", "/api/instances/northwind/refresh", "{}")
    assert headers["x-requested-with"] == "lapsewatch"
    assert headers["content-type"] == "application/json"


def test_a_row_takes_over_what_a_newer_page_knows(page: Page, site: Site) -> None:
    site.refresh_answer = RENEWED
    page.goto(site.base)
    renewed = status_row(expires_at=NOW + timedelta(days=371), seats=Seats(used=9, limit=80, ai=0))
    site.contents["/"] = render_index(fleet([renewed], generated_at=NOW + timedelta(minutes=5)))

    page.click('[data-refresh="northwind"]')

    row = page.locator("#instance-northwind")
    expect(row.locator(".usage span")).to_have_text("9 / 80")
    expect(row.locator(".outcome.good")).to_contain_text("→")
    assert len(visible(page)) == 5


PENDING = {
    "instance_id": "northwind",
    "pending": True,
    "asked_at": "2026-06-06T13:00:00Z",
    "see": "/api/instances/northwind",
    "before": RENEWED["before"],
}
NOT_YET = {**RENEWED["before"], "last_read_at": "2026-06-06T12:00:00Z"}


@pytest.mark.fault("A6")
@pytest.mark.parametrize(
    ("read", "words"),
    [
        (RENEWED["after"], "Jun 12, 2026 (6d) → Jun 12, 2027 (371d)"),
        (RENEWED["before"], "Read again, unchanged: Jun 12, 2026 (6d)"),
    ],
)
def test_a_slow_pbx_is_looked_at_again_until_it_was_read(
    page: Page, site: Site, read: dict[str, Any], words: str
) -> None:
    site.refresh_status, site.refresh_answer, site.refresh_wait = 202, PENDING, "0.1"
    site.instance = [NOT_YET, {**read, "last_read_at": "2026-06-06T13:01:00Z"}]
    page.goto(site.base)

    page.click('[data-refresh="northwind"]')

    expect(page.locator("#instance-northwind .outcome")).to_have_text(words)


@pytest.mark.fault("A6")
def test_a_pbx_that_stays_slow_is_not_waited_for_without_end(page: Page, site: Site) -> None:
    site.refresh_status, site.refresh_answer, site.refresh_wait = 202, PENDING, "0.1"
    site.instance = [NOT_YET]
    page.goto(site.base)
    button = page.locator('[data-refresh="northwind"]')

    button.click()

    row = page.locator("#instance-northwind")
    expect(row.locator(".outcome.bad")).to_have_text("The PBX has not answered yet: look here again in a few minutes.")
    expect(row.locator("[data-days]")).to_have_text("6d")
    expect(button).not_to_have_class("working")


def test_an_unchanged_date_is_not_called_a_success(page: Page, site: Site) -> None:
    site.refresh_answer = {**RENEWED, "after": RENEWED["before"], "changed": False, "resolved": False}
    page.goto(site.base)

    page.click('[data-refresh="northwind"]')

    outcome = page.locator("#instance-northwind .outcome")
    expect(outcome).to_have_text("Read again, unchanged: Jun 12, 2026 (6d)")
    expect(outcome).not_to_have_class("outcome good")


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (401, {}, "Your session has ended. Sign in"),
        (403, {}, "Your access is not enough to refresh licenses."),
        (409, {"detail": "This instance is being read at the moment."}, "This instance is being read at the moment."),
        (429, {"detail": "Try again in 42 seconds."}, "Try again in 42 seconds."),
        (500, {}, "The refresh failed (HTTP 500): try again later."),
        (502, {"detail": "<b>The PBX did not answer.</b>"}, "<b>The PBX did not answer.</b>"),
    ],
)
def test_a_refused_refresh_says_why_and_changes_nothing(
    page: Page, site: Site, status: int, answer: dict[str, Any], words: str
) -> None:
    site.refresh_status, site.refresh_answer = status, answer
    page.goto(site.base)

    page.click('[data-refresh="northwind"]')

    row = page.locator("#instance-northwind")
    expect(row.locator(".outcome.bad")).to_have_text(words)
    expect(row.locator("[data-days]")).to_have_text("6d")


def test_a_session_that_has_ended_leads_back_to_the_same_view(page: Page, site: Site) -> None:
    site.refresh_status = 401
    page.goto(f"{site.base}/?band=critical")

    page.click('[data-refresh="northwind"]')
    page.locator(".outcome").get_by_role("link", name="Sign in").click()
    page.get_by_label("Access token").fill(site.token)
    page.keyboard.press("Enter")

    page.wait_for_url("**/?band=critical")
    assert visible(page) == ["northwind"]


def test_without_a_connection_it_says_so_and_can_be_pressed_again(page: Page, site: Site) -> None:
    site.refresh_answer = RENEWED
    # What a page asks by itself when it opens is not to be cut off.
    page.goto(site.base, wait_until="networkidle")
    button = page.locator('[data-refresh="northwind"]')

    page.context.set_offline(True)
    button.click()
    outcome = page.locator("#instance-northwind .outcome")
    expect(outcome).to_have_text("No usable answer: check your connection and try again.")
    page.context.set_offline(False)
    button.click()

    expect(outcome).to_contain_text("Jun 12, 2027")


def test_pressing_twice_asks_once(page: Page, site: Site) -> None:
    site.refresh_answer = RENEWED
    page.goto(site.base)

    page.locator('[data-refresh="northwind"]').dblclick()
    page.locator("#instance-northwind .outcome.good").wait_for()

    assert len(site.asked) == 1
