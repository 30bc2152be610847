"""The pages where no script runs."""

from playwright.sync_api import Browser, expect

from tests.browser import quiet_page
from tests.unit.pages.site import Site


def test_without_a_script_the_facts_are_all_there_and_dead_controls_are_not(browser: Browser, site: Site) -> None:
    with quiet_page(browser, site.base, java_script_enabled=False) as page:
        page.goto(site.base)

        expect(page.locator("tbody tr")).to_have_count(5)
        expect(page.locator("[data-refresh]").first).to_be_hidden()
        expect(page.locator("[data-tools]")).to_be_hidden()
        page.click('.counter[data-band="critical"]')
        expect(page.locator("tbody tr")).to_have_count(5)
