"""The pages where no script runs, and on paper: complete, in order, and without a control that does nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import LOOKS, quiet_page
from tests.unit.pages.axe import findings
from tests.unit.pages.builders import KEY
from tests.unit.pages.site import Site, serve
from tests.unit.pages.states import FLEET, STATES, State

DEAD = """() => [...document.querySelectorAll("button, input, select, textarea")]
  .filter(part => part.checkVisibility() && !(part.form && part.form.method === "post"))
  .map(part => part.outerHTML.slice(0, 90))
"""


@pytest.fixture
def plain(browser: Browser, site: Site) -> Iterator[Page]:
    with quiet_page(browser, site.base, java_script_enabled=False) as page:
        yield page


def test_the_fleet_is_complete_and_in_order(plain: Page, site: Site) -> None:
    plain.goto(site.base)

    assert [row.get_attribute("id") for row in plain.locator("tbody tr:visible").all()] == [
        f"instance-{row.instance_id}" for row in FLEET
    ]
    plain.click('.counter[data-band="critical"]')
    expect(plain.locator("tbody tr:visible")).to_have_count(5)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_no_control_is_shown_that_does_nothing(browser: Browser, state: State) -> None:
    with (
        serve({state.path: state.render()}) as site,
        quiet_page(browser, site.base, java_script_enabled=False) as page,
    ):
        page.goto(site.base + state.path)

        assert page.evaluate(DEAD) == []


def test_one_can_sign_in(plain: Page, site: Site) -> None:
    plain.goto(f"{site.base}/session?return_to=/calendar")

    plain.get_by_label("Access token").fill(site.token)
    plain.get_by_role("button", name="Sign in").click()

    plain.wait_for_url("**/calendar")


@pytest.mark.parametrize("path", ["/", "/calendar"])
def test_paper_has_the_facts_in_dark_ink_and_nothing_to_press(page: Page, site: Site, path: str) -> None:
    page.goto(site.base + path)

    page.emulate_media(media="print")

    expect(
        page.locator("main button:visible, main input:visible, main select:visible, nav:visible >> a")
    ).to_have_count(len(page.locator(".counter").all()))
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert findings(page, {"type": "rule", "values": ["color-contrast"]}) == []
    assert KEY not in page.locator("body").inner_text()


def test_on_paper_a_narrow_screen_has_the_same_table(browser: Browser, site: Site) -> None:
    with quiet_page(browser, site.base, LOOKS["phone-light"]) as page:
        page.goto(site.base)

        page.emulate_media(media="print")

        expect(page.locator(".fleet thead th:visible")).to_have_count(8)
        expect(page.locator(".fleet tbody tr:visible")).to_have_count(5)
