"""What the script adds to the pages, in a real browser under the real policy."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from lapsewatch.adapters.pages import render_calendar, render_index, render_sign_in
from lapsewatch.domain.license import Seats
from playwright.sync_api import Browser, Page, expect

from tests.unit.pages.builders import KEY, NOW, fleet, status_row
from tests.unit.pages.site import Site, serve

pytestmark = pytest.mark.browser

ROWS = (
    status_row("harbor", name="Harbor Logistics", customer="Harbor Group", expires_at=NOW - timedelta(days=9)),
    status_row("northwind"),
    status_row("lab", name="Northwind Laboratory", expires_at=NOW + timedelta(days=30), seats=Seats(50, 40, 0)),
    status_row("willow", name="Willow Accounting", customer="Willow", expires_at=NOW + timedelta(days=231)),
    status_row("new", name="New site", customer="Willow", expires_at=None, seats=Seats(), license_key=None),
)
RENEWED = {
    "instance_id": "northwind",
    "before": {"expires_at": "2026-06-13T01:00:00Z", "expires_on": "2026-06-12", "days_left": 6, "band": "critical"},
    "after": {"expires_at": "2027-06-13T01:00:00Z", "expires_on": "2027-06-12", "days_left": 371, "band": "active"},
    "changed": True,
    "resolved": True,
}


@pytest.fixture
def site(page: Page) -> Iterator[Site]:
    page.clock.install(time=NOW + timedelta(minutes=4))
    status = fleet(ROWS)
    contents = {
        "/": render_index(status),
        "/calendar": render_calendar(status),
        "/session": render_sign_in(None, "/calendar"),
    }
    with serve(contents) as served:
        yield served


def visible(page: Page) -> list[str]:
    ids = page.locator("tbody tr:visible").evaluate_all("rows => rows.map(row => row.id)")
    return [str(row_id).removeprefix("instance-") for row_id in ids]


def test_a_counter_filters_by_its_band_and_lets_go_again(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.click('.counter[data-band="critical"]')
    filtered, address = visible(page), page.url
    page.click('.counter[data-band="critical"]')

    assert filtered == ["northwind"]
    assert address.endswith("/?band=critical")
    assert len(visible(page)) == 5
    assert page.url.endswith("/")


def test_a_bookmarked_view_opens_as_it_was(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?customer=Willow&sort=instance&dir=desc")

    assert visible(page) == ["willow", "new"]
    expect(page.locator("[data-shown]")).to_have_text("2 of 5 instances")


def test_search_finds_names_and_whole_keys_and_says_when_nothing_matches(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.fill("[name=q]", "northwind lab")
    by_name = visible(page)
    page.fill("[name=q]", KEY.lower())
    by_key = visible(page)
    page.fill("[name=q]", "nobody")

    assert by_name == ["lab"]
    assert by_key == ["harbor", "northwind", "lab", "willow"]
    expect(page.locator("[data-none]")).to_be_visible()
    page.click("[data-clear-too]")
    assert len(visible(page)) == 5


def test_a_customers_name_filters_by_that_customer(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.click("#instance-northwind .instance .sub a")

    assert visible(page) == ["northwind", "lab"]
    assert page.input_value("[name=customer]") == "Northwind Health"


def test_a_column_sorts_up_down_and_back_with_missing_values_last(page: Page, site: Site) -> None:
    page.goto(site.base)
    seats = page.locator('[data-sort="seats"] button')

    seats.click()
    up = visible(page)
    seats.click()
    down = visible(page)
    pressed = page.get_attribute('[data-sort="seats"]', "aria-sort")
    seats.click()

    assert (up[-2:], down[0], down[-1]) == (["lab", "new"], "lab", "new")
    assert pressed == "descending"
    assert visible(page) == [row.instance_id for row in ROWS]


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


def test_a_key_is_shown_on_demand(page: Page, site: Site) -> None:
    page.goto(site.base)
    code = page.locator("#instance-northwind code")

    page.click("#instance-northwind [data-reveal]")
    shown = code.inner_text()
    page.click("#instance-northwind [data-reveal]")

    assert shown == KEY
    assert code.inner_text() == "····-····-····-9Q1S"


def test_a_page_turns_amber_when_it_grows_older_than_two_hours(page: Page, site: Site) -> None:
    page.goto(site.base)

    expect(page.locator("[data-old]")).to_be_hidden()
    page.clock.run_for(2 * 60 * 60 * 1000)

    expect(page.locator("[data-old]")).to_contain_text("generated 2 h ago")


def test_a_page_that_needed_no_change_is_as_fresh_as_the_last_report(page: Page, site: Site) -> None:
    site.generated_at = "2026-06-06T15:00:00Z"
    page.clock.set_fixed_time(NOW + timedelta(hours=2, minutes=3))

    page.goto(site.base)

    expect(page.locator(".generated")).to_contain_text("Jun 6, 2026, 09:00")
    expect(page.locator("[data-age]")).to_have_text(" · checked 3 min ago")
    expect(page.locator("[data-old]")).to_be_hidden()


def test_whoever_has_an_outdated_page_open_is_offered_the_new_one(page: Page, site: Site) -> None:
    page.goto(site.base)
    page.clock.run_for(60 * 1000)
    site.contents["/"] = render_index(fleet(ROWS[:2], generated_at=NOW + timedelta(minutes=5)))

    page.clock.run_for(5 * 60 * 1000)
    page.get_by_role("link", name="Show it as it is now").click()

    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("[data-newer]")).to_be_hidden()


def test_a_page_whose_age_cannot_be_found_out_grows_old_all_the_same(page: Page, site: Site) -> None:
    page.route("**/status.json*", lambda route: route.abort())
    page.goto(site.base)

    page.clock.run_for(2 * 60 * 60 * 1000)

    expect(page.locator("[data-old]")).to_contain_text("generated 2 h ago")


def test_a_calendar_entry_leads_to_its_row_even_through_a_filter(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/calendar")

    page.click('.entry a[href="/#instance-willow"]')

    expect(page.locator("#instance-willow")).to_be_in_viewport()
    page.goto(f"{site.base}/?band=expired#instance-willow")
    page.reload()
    expect(page.locator("#instance-willow")).to_be_visible()


def test_a_screen_on_a_wall_takes_a_newer_page_by_itself(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?live=1")
    site.contents["/"] = render_index(fleet(ROWS[:2], generated_at=NOW + timedelta(minutes=5)))

    page.clock.run_for(5 * 60 * 1000)

    expect(page.locator("tbody tr")).to_have_count(2)


def test_signing_out_ends_the_session_and_shows_the_form(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.click("[data-sign-out]")
    page.wait_for_url("**/session")

    [(method, path, headers, _)] = site.asked
    assert (method, path, headers["x-requested-with"]) == ("DELETE", "/session", "lapsewatch")


def test_a_sign_in_link_leaves_no_token_in_the_address_bar(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/session?return_to=/calendar#token=lw_secret%2B1")
    page.get_by_role("heading", name="Signed in").wait_for()

    [(method, path, _, body)] = site.asked
    assert (method, path) == ("POST", "/session")
    assert body == "return_to=%2Fcalendar&token=lw_secret%2B1"
    page.go_back()
    assert "secret" not in page.url


def test_whoever_has_a_session_goes_straight_on_to_the_row_a_link_named(page: Page, site: Site) -> None:
    site.session = {"role": "viewer", "label": "desk"}

    page.goto(f"{site.base}/session?return_to=/calendar#instance-northwind")
    page.wait_for_url("**/calendar#instance-northwind")

    assert site.asked == []


def test_whoever_has_no_session_stays_at_the_form(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/session")
    page.wait_for_load_state("networkidle")

    assert page.url.endswith("/session")
    assert page.locator("[name=token]").is_visible()


@pytest.mark.parametrize("width", [360, 768, 1240, 1440, 2560])
@pytest.mark.parametrize("path", ["/", "/calendar", "/session"])
def test_no_page_scrolls_sideways(page: Page, site: Site, width: int, path: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(site.base + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_the_facts_are_all_there_and_dead_controls_are_not(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(site.base)

    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.locator("[data-refresh]").first).to_be_hidden()
    expect(page.locator("[data-tools]")).to_be_hidden()
    page.click('.counter[data-band="critical"]')
    expect(page.locator("tbody tr")).to_have_count(5)
    context.close()
