"""Views that people bookmark: groups of customers, and a calendar of one customer."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from lapsewatch.adapters.pages import render_calendar, render_index
from playwright.sync_api import Browser, Page, expect

from tests.unit.pages.builders import NOW, fleet, status_row
from tests.unit.pages.site import Site, serve

pytestmark = pytest.mark.browser

ROWS = (
    status_row("harbor", name="Harbor A", customer="Harbor", expires_at=NOW - timedelta(days=9)),
    status_row("willow", name="Willow A", customer="Willow", expires_at=NOW + timedelta(days=3)),
    status_row("harbor-b", name="Harbor B", customer="Harbor", expires_at=NOW + timedelta(days=30), sim_calls=64),
    status_row("harbor-c", name="Harbor C", customer="Harbor", expires_at=NOW + timedelta(days=90), sim_calls=4),
    status_row("acme", name="Acme", customer="Acme", expires_at=datetime(2026, 9, 4, tzinfo=UTC)),
    status_row("nobody", name="Nobody's", customer="", expires_at=None),
)
BOTH_CLOCKS = status_row(
    "both",
    customer="Harbor",
    expires_at=datetime(2026, 8, 5, 12, tzinfo=UTC),
    maintenance_expires_at=datetime(2026, 8, 20, 12, tzinfo=UTC),
)


@pytest.fixture
def site() -> Iterator[Site]:
    contents = {"/": render_index(fleet(ROWS)), "/calendar": render_calendar(fleet([*ROWS, BOTH_CLOCKS]))}
    with serve(contents) as served:
        yield served


def headings(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".group:visible").all_inner_texts()]


def visible(page: Page) -> list[str]:
    ids = page.locator("tbody tr:not(.group):visible").evaluate_all("rows => rows.map(row => row.id)")
    return [str(row_id).removeprefix("instance-") for row_id in ids]


def test_groups_come_by_their_most_urgent_row_with_their_counts_by_band(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.check("[name=group]")

    assert page.url.endswith("/?group=customer")
    assert headings(page) == [
        "Harbor 3 instances 1 Expired 1 Warning 1 Active",
        "Willow 1 instance 1 Critical",
        "Acme 1 instance 1 Active",
        "No customer 1 instance 1 Unknown",
    ]
    assert visible(page) == ["harbor", "harbor-b", "harbor-c", "willow", "acme", "nobody"]


def test_a_group_is_headed_for_whoever_hears_the_page(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?group=customer")

    group = page.get_by_role("rowgroup", name="Willow")
    expect(group.get_by_role("rowheader", name="Willow 1 instance 1 Critical")).to_have_attribute("scope", "rowgroup")
    expect(group.get_by_role("row")).to_have_count(2)


def test_a_grouped_view_is_filtered_and_sorted_as_its_address_says(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?group=customer&q=harbor&sort=calls")

    assert visible(page) == ["harbor-c", "harbor", "harbor-b"]
    page.click('.counter[data-band="warning"]')
    assert headings(page) == ["Harbor 1 instance 1 Warning"]
    expect(page.locator("[data-shown]")).to_have_text("1 of 6 instances")


def test_ungrouped_rows_are_back_in_their_order(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?group=customer")

    page.uncheck("[name=group]")

    assert visible(page) == [row.instance_id for row in ROWS]
    assert headings(page) == []


def test_a_heading_stays_in_sight_while_its_rows_pass(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1440, "height": 400})
    page.goto(f"{site.base}/?group=customer")

    page.locator("#instance-harbor-c").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 60)")

    expect(page.locator(".group").first).to_be_in_viewport(ratio=1)


def test_the_calendar_of_one_customer_can_be_bookmarked(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/calendar?customer=Harbor")

    months = ["Overdue 1 date", "July 2026 1 date", "August 2026 2 dates", "September 2026 1 date"]
    expect(page.locator(".month:visible h2")).to_have_text(months)
    expect(page.locator("[data-shown]")).to_have_text("5 of 8 entries")
    assert page.input_value("[name=customer]") == "Harbor"


def test_the_chart_draws_what_is_shown(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/calendar")
    heights = "bars => bars.map(bar => bar.getAttribute('height'))"

    page.select_option("[name=customer]", "Harbor")

    august = page.locator('[data-month="2026-08"]')
    assert august.locator("rect").evaluate_all(heights) == ["60", "60"]
    expect(august.locator(".total")).to_have_text("2")
    expect(page.locator("#chart-text")).to_contain_text("June 2026: 0 license, 0 maintenance.")
    expect(page.locator("table.ahead tr", has_text="August")).to_contain_text(re.compile(r"August 2026\s*1\s*1"))


def test_the_chart_drawn_by_the_script_is_the_one_that_was_rendered(page: Page, site: Site) -> None:
    drawn = page.context.new_page()
    drawn.route("**/*.js", lambda route: route.abort("aborted"))
    chart = "svg => svg.outerHTML.replace(/\\s+/g, ' ')"

    page.goto(f"{site.base}/calendar")
    drawn.goto(f"{site.base}/calendar")

    assert page.locator(".chart").evaluate(chart) == drawn.locator(".chart").evaluate(chart)


def test_the_other_page_shows_the_same_customer(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?customer=Willow&sort=calls")

    page.get_by_role("link", name="Calendar").click()

    expect(page.locator(".entry:visible")).to_have_count(1)
    assert page.url.endswith("/calendar?customer=Willow")


def test_without_a_script_counters_and_customers_lead_to_the_first_row_of_theirs(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.base)

    page.click('.counter[data-band="warning"]')
    by_band = page.url
    page.click("#instance-harbor-c .instance .sub a")

    assert by_band.endswith("/?band=warning#instance-harbor-b")
    assert page.url.endswith("/?customer=Harbor#instance-harbor")
    expect(page.locator("#instance-harbor")).to_be_in_viewport()
    context.close()
