"""What the script adds to the pages: views of the fleet, keys, the page's age."""

from datetime import timedelta

import pytest
from lapsewatch.adapters.pages import render_index
from lapsewatch.domain.status import Band
from playwright.sync_api import Page, expect

from tests.unit.pages.builders import KEY, NOW, fleet
from tests.unit.pages.site import Site
from tests.unit.pages.states import FLEET

AMBER = "rgb(255, 201, 77)"
AS_GIVEN = " ".join(row.instance_id for row in FLEET)
SORTED = [
    ("instance", "harbor new northwind lab willow", "willow lab northwind new harbor"),
    ("license", "willow new harbor northwind lab", "northwind lab harbor new willow"),
    ("status", AS_GIVEN, "new willow lab northwind harbor"),
    ("expires", AS_GIVEN, "willow lab northwind harbor new"),
    ("days", AS_GIVEN, "willow lab northwind harbor new"),
    ("calls", "lab northwind willow harbor new", "harbor northwind willow lab new"),
    ("seats", "harbor northwind willow lab new", "lab willow harbor northwind new"),
    ("reminder", "northwind lab willow harbor new", "willow lab northwind harbor new"),
]
"""How each column orders the fleet, up and down."""


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


@pytest.mark.parametrize("band", Band)
def test_every_counter_shows_as_many_rows_as_it_counts(page: Page, site: Site, band: Band) -> None:
    page.goto(site.base)
    counter = page.locator(f'.counter[data-band="{band}"]')

    counter.click()

    assert len(visible(page)) == int(counter.locator("[data-count]").inner_text()) == 1
    expect(counter).to_have_attribute("aria-current", "true")


def test_a_bookmarked_view_opens_as_it_was(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?customer=Willow&sort=instance&dir=desc")

    assert visible(page) == ["willow", "new"]
    expect(page.locator("[data-shown]")).to_have_text("2 of 5 instances")


def test_a_view_survives_the_way_through_its_address(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?sort=calls")
    page.select_option("[name=customer]", "Northwind Health")
    page.fill("[name=q]", "north")
    shown, address = visible(page), page.url

    page.goto(f"{site.base}/calendar")
    page.goto(address)

    assert shown == visible(page) == ["lab", "northwind"]
    assert [page.input_value(f"[name={name}]") for name in ("customer", "q", "sort")] == [
        "Northwind Health",
        "north",
        "calls",
    ]
    page.click("[data-clear]")
    assert page.url == f"{site.base}/?sort=calls"
    assert len(visible(page)) == 5


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


@pytest.mark.parametrize("page", ["desk-light"], indirect=True)
@pytest.mark.parametrize(("column", "up", "down"), SORTED)
def test_a_column_sorts_up_down_and_back_with_missing_values_last(
    page: Page, site: Site, column: str, up: str, down: str
) -> None:
    page.goto(site.base)
    head = page.locator(f'[data-sort="{column}"]')

    for order, said in ((up, "ascending"), (down, "descending"), (AS_GIVEN, None)):
        head.get_by_role("button").click()

        assert " ".join(visible(page)) == order
        assert head.get_attribute("aria-sort") == said


@pytest.mark.parametrize("page", ["phone-dark"], indirect=True)
def test_where_no_columns_are_seen_a_list_sorts(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.select_option("[name=sort]", "seats")

    assert " ".join(visible(page)) == "harbor northwind willow lab new"
    page.select_option("[name=sort]", "")
    assert " ".join(visible(page)) == AS_GIVEN


def test_a_key_is_shown_on_demand(page: Page, site: Site) -> None:
    page.goto(site.base)
    code = page.locator("#instance-northwind code")

    page.click("#instance-northwind [data-reveal]")
    shown = code.inner_text()
    page.click("#instance-northwind [data-reveal]")

    assert shown == KEY
    assert code.inner_text() == "····-····-····-9Q1S"


def test_a_key_is_copied_without_being_shown(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site.base)

    page.click("#instance-northwind [data-copy]")

    expect(page.locator("[data-announce]")).to_have_text("License key copied")
    assert page.evaluate("navigator.clipboard.readText()") == KEY
    expect(page.locator("#instance-northwind code")).to_have_text("····-····-····-9Q1S")


def test_a_key_that_may_not_be_copied_is_selected_instead(page: Page, site: Site) -> None:
    page.goto(site.base)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")

    page.click("#instance-northwind [data-copy]")

    expect(page.locator("[data-announce]")).to_contain_text("copy it with the keyboard")
    assert page.evaluate("String(getSelection())") == KEY


def test_a_page_turns_amber_when_it_grows_older_than_two_hours(page: Page, site: Site) -> None:
    page.goto(site.base)

    expect(page.locator("[data-old]")).to_be_hidden()
    page.clock.run_for(2 * 60 * 60 * 1000)

    expect(page.locator("[data-old]")).to_contain_text("generated 2 h ago")
    expect(page.locator("[data-old]")).to_have_css("background-color", AMBER)
    expect(page.locator("[data-generated]")).to_have_css("color", AMBER)


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
    site.contents["/"] = render_index(fleet(FLEET[:2], generated_at=NOW + timedelta(minutes=5)))

    page.clock.run_for(5 * 60 * 1000)
    page.get_by_role("link", name="Show it as it is now").click()

    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("[data-newer]")).to_be_hidden()


def test_a_page_whose_age_cannot_be_found_out_grows_old_all_the_same(page: Page, site: Site) -> None:
    page.route("**/status.json*", lambda route: route.abort("aborted"))
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


def test_a_screen_on_a_wall_takes_a_newer_page_by_itself_and_keeps_its_view(page: Page, site: Site) -> None:
    page.goto(site.base)
    page.check("[name=live]")
    page.fill("[name=q]", "cardiology")
    site.contents["/"] = render_index(fleet(FLEET[:2], generated_at=NOW + timedelta(minutes=5)))

    page.clock.run_for(5 * 60 * 1000)

    expect(page.locator("[data-shown]")).to_have_text("1 of 2 instances")
    assert visible(page) == ["northwind"]
    expect(page.locator("[name=live]")).to_be_checked()


def test_a_screen_on_a_wall_stays_as_it_is_while_there_is_nothing_newer(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?live=1")
    page.evaluate("document.body.dataset.same = 'yes'")

    with page.expect_response(f"{site.base}/status.json?page=%2F"):
        page.clock.run_for(5 * 60 * 1000)

    assert page.evaluate("document.body.dataset.same") == "yes"
