"""The pages by keyboard alone: every stop is seen, in reading order, and the way past the header is short."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.unit.pages.site import Site
from tests.unit.pages.test_refresh_button import RENEWED
from tests.unit.pages.test_script import visible

MOST_STOPS = 80
CAN_BE_REACHED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(part => part.checkVisibility({ visibilityProperty: true }) && !part.disabled && part.tabIndex === 0)
  .map((part, place) => { part.dataset.place = place; return place; })
"""
WHERE = """() => {
  const part = document.activeElement;
  if (part === document.body) return null;
  const [box, style] = [part.getBoundingClientRect(), getComputedStyle(part)];
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    place: Number(part.dataset.place),
    what: part.outerHTML.slice(0, 90),
    seen: part.contains(top) || top?.contains(part) || false,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def stops(page: Page) -> list[dict[str, Any]]:
    """Return where the focus goes, from the top of the page until it leaves it."""
    found: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(WHERE)
        if stop is None:
            return found
        found.append(stop)
    raise AssertionError("the focus never leaves the page")


@pytest.mark.parametrize("path", ["/", "/calendar"])
def test_the_focus_stops_at_every_control_in_reading_order_and_is_always_seen(
    page: Page, site: Site, path: str
) -> None:
    page.goto(site.base + path)
    controls = page.evaluate(CAN_BE_REACHED)

    found = stops(page)

    assert [stop["place"] for stop in found] == controls
    assert [stop["what"] for stop in found if not (stop["seen"] and stop["ring"])] == []


def test_the_first_stop_skips_the_header(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator(".counter").first).to_be_focused()


def test_filters_and_keys_work_without_a_mouse(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.locator('.counter[data-band="critical"]').focus()
    page.keyboard.press("Enter")
    filtered = visible(page)
    page.locator("#instance-northwind [data-reveal]").focus()
    page.keyboard.press("Space")

    assert filtered == ["northwind"]
    expect(page.locator("#instance-northwind [data-reveal]")).to_have_attribute("aria-pressed", "true")


def test_clearing_the_filters_does_not_send_the_focus_back_to_the_top(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/?band=critical")

    page.locator("[data-clear]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator("[name=live]")).to_be_focused()


def test_a_refresh_leaves_the_focus_where_it_was(page: Page, site: Site) -> None:
    site.refresh_answer = RENEWED
    page.goto(site.base)
    button = page.locator('[data-refresh="northwind"]')

    button.focus()
    page.keyboard.press("Enter")
    page.locator("#instance-northwind .outcome.good").wait_for()

    expect(button).to_be_focused()
