"""A fleet that is too large for one page: an overview of customers, and a page for each."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest
from bs4 import BeautifulSoup
from lapsewatch.adapters.pages import render_calendar, render_customer, render_fleet_json, render_index
from lapsewatch.domain.customers import customers_of, slug_of
from lapsewatch.domain.status import Band, FleetStatus
from lapsewatch.wiring.report import customer_pages
from playwright.sync_api import Page, expect

from tests.unit.pages.builders import NOW, fleet, many, status_row
from tests.unit.pages.site import Site, serve
from tests.unit.pages.test_safety import HOSTILE, shape
from tests.unit.pages.varied import varied

SLUG = slug_of("Northwind Health")


@cache
def large() -> FleetStatus:
    return varied(2_001, 150)


@cache
def overview() -> BeautifulSoup:
    return BeautifulSoup(render_index(large()), "html.parser")


def test_a_large_fleet_is_shown_customer_by_customer_and_counted_as_a_whole() -> None:
    rows = overview().select("tbody tr")

    assert len(rows) == 150
    assert sum(int(count.get_text()) for count in overview().select("[data-count]")) == 2_001
    for band in Band:
        counted = sum(int(cell.get_text()) for cell in overview().select(f"td.tallied.{band}"))
        assert counted == large().counters[band]


def test_a_customers_row_tells_its_worst_band_its_soonest_date_and_its_counts() -> None:
    status = fleet(
        [
            *(
                status_row(str(number), customer="Many", expires_at=NOW + timedelta(days=200))
                for number in range(2_000)
            ),
            status_row("soon", customer="Few"),
            status_row("fine", customer="Few", expires_at=None),
        ]
    )

    first = BeautifulSoup(render_index(status), "html.parser").select("tbody tr")[0]

    assert first.get_text(" ", strip=True) == "Few Critical Jun 12, 2026 Northwind Cardiology 6d 2 0 1 0 0 1"
    assert [link["href"] for link in first.select("a")] == [f"/customers/{slug_of('Few')}"]


def test_a_customers_page_is_the_status_page_of_its_instances() -> None:
    [customer] = [found for found in customers_of(large()) if found.name == "Northwind Health"]

    page = BeautifulSoup(render_customer(customer), "html.parser")

    assert page.select("h1")[0].get_text() == "Northwind Health"
    assert [row["id"] for row in page.select("tbody tr")] == [
        f"instance-{row.instance_id}" for row in large().rows if row.customer == "Northwind Health"
    ]
    counts = {str(counter["data-band"]): counter.b.get_text() for counter in page.select(".counter") if counter.b}
    assert counts == {band.value: str(count) for band, count in customer.status.counters.items()}
    assert [link["href"] for link in page.select("nav[aria-label=Pages] a")] == [
        "/",
        "/calendar?customer=Northwind%20Health",
    ]


def test_only_a_large_fleet_has_pages_of_customers() -> None:
    assert list(customer_pages(many(2_000))) == []
    assert f"customers/{SLUG}.html" in {page.name for page in customer_pages(large())}


def test_the_calendar_of_a_large_fleet_leads_to_the_pages_of_customers() -> None:
    page = BeautifulSoup(render_calendar(large()), "html.parser")

    links = {str(link["href"]) for link in page.select('.entry[data-customer="Northwind Health"] a')}
    assert links
    assert all(link.startswith(f"/customers/{SLUG}#instance-") for link in links)


@pytest.mark.fault("R4")
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_customer_changes_no_element_of_overview_or_page(text: str) -> None:
    def both(name: str) -> str:
        rows = [status_row(str(number), customer=name) for number in range(2_001)]
        [customer] = customers_of(fleet(rows[:2]))
        return render_index(fleet(rows)) + render_customer(customer)

    assert shape(both(text)) == shape(both("harmless"))


@pytest.fixture
def site() -> Iterator[Site]:
    contents = {
        "/": render_index(large()),
        "/fleet.json": render_fleet_json(large()),
        "/calendar": render_calendar(large()),
        f"/instances/{large().rows[0].instance_id}/row": "led on",
    }
    contents |= {f"/{found.name.removesuffix('.html')}": found.render(large()) for found in customer_pages(large())}
    with serve(contents) as served:
        yield served


@pytest.mark.browser
def test_the_overview_filters_by_band_and_name(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.click('.counter[data-band="unknown"]')
    shown = page.locator("tbody tr:visible").evaluate_all("rows => rows.map(row => row.dataset.band)")
    page.click('.counter[data-band="unknown"]')
    page.fill("[name=q]", "northwind health")

    assert shown
    assert all("unknown" in bands.split() for bands in shown)
    assert {name.partition(" Health")[0] for name in page.locator("tbody tr:visible .name").all_text_contents()} == {
        "Northwind"
    }


@pytest.mark.browser
def test_an_instance_is_found_without_knowing_whose_it_is(page: Page, site: Site) -> None:
    sought = large().rows[1_000]
    page.goto(site.base)

    page.fill("[name=q]", str(sought.license_key))

    expect(page.locator("[data-shown]")).to_have_text("1 of 150 customers")
    page.locator("tbody tr:visible .name").click()
    expect(page.locator("tbody tr:visible")).to_have_count(1)
    expect(page.locator(f"#instance-{sought.instance_id}")).to_be_visible()


@pytest.mark.browser
def test_links_that_were_made_for_one_page_lead_on(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?customer=Northwind%20Health&band=active")
    page.wait_for_url(f"**/customers/{SLUG}?band=active")

    page.goto(f"{site.base}/#instance-{large().rows[0].instance_id}")

    expect(page.locator("body")).to_have_text("led on")


@pytest.mark.browser
def test_no_overview_scrolls_sideways(page: Page, site: Site) -> None:
    for width in (360, 768, 1240, 1440, 2560):
        for path in ("/", f"/customers/{SLUG}"):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(site.base + path)

            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_document_for_programs_holds_the_whole_fleet_however_large() -> None:
    assert len(json.loads(render_fleet_json(large()))["instances"]) == 2_001
