"""What must hold of every page in every state, in each size and theme, in a real browser under the real policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import ALL_LOOKS, ARTIFACTS, LOOKS, Look, quiet_page
from tests.unit.pages.axe import findings
from tests.unit.pages.site import Site, serve
from tests.unit.pages.states import STATES, State

WIDTHS = (360, 390, 768, 1240, 1440, 2560)
SMALLEST_TARGET = 24

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter(part => part.checkVisibility({ visibilityProperty: true }) && !part.matches(".skip"))
  .map(part => [part, (part.closest("label:has([type=checkbox], [type=radio])") || part).getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([part, box]) => `${part.outerHTML.slice(0, 90)} is ${box.width} x ${box.height}`)
"""


@pytest.fixture(scope="module", params=STATES, ids=lambda state: state.name)
def shown(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Return a page in one of its states, opened once; the tests here only look at it."""
    state: State = request.param
    with serve({state.path: state.render()}) as site, quiet_page(browser, site.base) as page:
        page.clock.install(time=state.opened_at)
        page.goto(site.base + state.path + state.query)
        state.then(page)
        yield page


def look_at(page: Page, look: Look) -> None:
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme=look.scheme)


@pytest.mark.parametrize("look", ALL_LOOKS)
def test_axe_finds_nothing_against_wcag_2_2_aa(shown: Page, look: str) -> None:
    look_at(shown, LOOKS[look])

    assert findings(shown) == []


def test_axe_would_find_a_field_without_a_label_and_a_pale_text(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/session")
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('h1').style.color = 'gray'")

    assert {line.partition(":")[0] for line in findings(page)} == {"label", "color-contrast"}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(shown: Page, width: int) -> None:
    look_at(shown, Look(width, 800, "light"))

    assert shown.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("look", ["desk-light", "phone-light"])
def test_whatever_can_be_pressed_is_large_enough_for_a_finger(shown: Page, look: str) -> None:
    look_at(shown, LOOKS[look])

    assert shown.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == []


@pytest.mark.parametrize("look", ALL_LOOKS)
def test_a_picture_is_kept(shown: Page, request: pytest.FixtureRequest, look: str) -> None:
    look_at(shown, LOOKS[look])

    shown.screenshot(
        path=ARTIFACTS / "pages" / f"{request.node.callspec.params['shown'].name}-{look}.png", full_page=True
    )
