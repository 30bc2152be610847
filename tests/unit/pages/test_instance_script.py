"""What the script adds to the page of one instance, in a real browser under the real policy."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.tokens import Role
from playwright.sync_api import Browser, Page, expect

from tests.browser import quiet_page
from tests.builders import KEY, NOW, license, never_read, state, watched
from tests.unit.pages.instances import DAY, TAKEN, detail, page_of, seasoned
from tests.unit.pages.site import Site, serve

PATH = "/instances/northwind"
RENEWED = {
    "instance_id": "northwind",
    "before": {"expires_at": "2026-06-20T16:00:00Z", "expires_on": "2026-06-20", "days_left": 10, "band": "critical"},
    "after": {"expires_at": "2027-06-20T16:00:00Z", "expires_on": "2027-06-20", "days_left": 375, "band": "active"},
    "changed": True,
    "resolved": True,
}
TEXTS_THAT_OVERLAP = """() => {
  const texts = [...document.querySelectorAll('.timeline text')];
  const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
  const meet = ([, a], [, b]) => a.left < b.right && b.left < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom;
  return boxes.flatMap((one, place) => (
    boxes.slice(place + 1).filter((other) => meet(one, other)).map((other) => [one[0], other[0]])
  ));
}"""
TEXTS_OUTSIDE = """() => [...document.querySelectorAll('.timeline text')].filter((text) => {
  const box = text.getBoundingClientRect();
  return box.left < 0 || box.right > document.documentElement.clientWidth;
}).map((text) => text.textContent)"""


@pytest.fixture
def opened_at() -> datetime:
    return NOW + timedelta(minutes=4)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({PATH: page_of(seasoned(reason=None))}) as served:
        yield served


def test_a_refresh_tells_before_and_after_and_has_the_page_tell_the_rest(page: Page, site: Site) -> None:
    page.goto(site.base + PATH)
    site.refresh_answer = RENEWED
    later = NOW + timedelta(minutes=5)
    renewed = state(license(expires_at=NOW + 375 * DAY))
    site.contents[PATH] = page_of(detail(watched(remembered=renewed), now=later))

    page.click("[data-refresh]")

    expect(page.locator(".deeds .outcome.good")).to_have_text(
        "Jun 20, 2026 (10d) → Jun 20, 2027 (375d). The alert is closed."
    )
    expect(page.locator(".left")).to_have_text("375 days left")
    expect(page.locator(".timeline .point.expiry")).to_have_count(1)
    expect(page.locator("[data-announce]")).to_contain_text("Jun 20, 2027")
    assert page.get_attribute("[data-generated]", "datetime") == "2026-06-10T13:05:00Z"
    assert page.evaluate("document.activeElement.dataset.refresh") == "northwind"
    [(method, path, headers, body)] = site.asked
    assert (method, path, body) == ("POST", "/api/instances/northwind/refresh", "{}")
    assert headers["x-requested-with"] == "lapsewatch"


def test_a_refused_refresh_says_why_beside_the_buttons(page: Page, site: Site) -> None:
    site.refresh_status, site.refresh_answer = 502, {"detail": "<b>The PBX did not answer.</b>"}
    page.goto(site.base + PATH)

    page.click("[data-refresh]")

    expect(page.locator(".deeds .outcome.bad")).to_have_text("<b>The PBX did not answer.</b>")
    expect(page.locator(".left")).to_have_text("10 days left")


def test_the_key_is_shown_on_demand_here_too(page: Page, site: Site) -> None:
    page.goto(site.base + PATH)

    page.click("[data-reveal]")
    shown = page.inner_text(".known code")
    page.click("[data-reveal]")

    assert shown == KEY
    assert page.inner_text(".known code") == "····-····-····-9Q1S"


def test_the_key_can_be_copied(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site.base + PATH)

    page.click("[data-copy]")

    expect(page.locator("[data-announce]")).to_have_text("License key copied")
    assert page.evaluate("navigator.clipboard.readText()") == KEY


def test_acknowledging_sends_who_asks_why_and_until_when_and_shows_it(page: Page, site: Site) -> None:
    page.goto(site.base + PATH)
    site.contents[PATH] = page_of(seasoned(taken=TAKEN, reason=None))

    page.fill("[name=reason]", "  Order 4711 ")
    page.fill("[name=until]", "2026-06-18")
    page.keyboard.press("Enter")

    expect(page.locator(".taken")).to_contain_text("Silent until Jun 19, 2026, 08:00")
    expect(page.locator("[data-outcome].good")).to_have_text("Acknowledged.")
    expect(page.locator(".timeline .silent .standing")).to_have_text("silent")
    assert page.evaluate("document.activeElement.dataset.part") == "acknowledge"
    [(method, path, headers, body)] = site.asked
    assert (method, path) == ("POST", "/api/instances/northwind/acknowledge")
    assert headers["x-requested-with"] == "lapsewatch"
    assert json.loads(body) == {"clock": "license", "reason": "Order 4711", "until": "2026-06-18"}


def test_the_other_clock_is_acknowledged_to_the_end_of_its_cycle(page: Page, site: Site) -> None:
    page.goto(site.base + PATH)

    page.check("[name=clock][value=maintenance]")
    page.fill("[name=reason]", "ordered")
    page.click("[data-acknowledge] button")
    page.locator("[data-outcome].good").wait_for()

    assert json.loads(site.asked[0][3]) == {"clock": "maintenance", "reason": "ordered", "until": None}


def test_without_a_reason_nothing_is_sent(page: Page, site: Site) -> None:
    page.goto(site.base + PATH)

    page.click("[data-acknowledge] button")

    assert page.evaluate("document.activeElement.name") == "reason"
    assert site.asked == []


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (401, {}, "Your session has ended. Sign in"),
        (403, {}, "Your access is not enough to acknowledge."),
        (403, {"detail": "This needs the role operator."}, "This needs the role operator."),
        (400, {"detail": "until: is over; give today."}, "until: is over; give today."),
        (500, {}, "The change failed (HTTP 500): try again later."),
    ],
)
def test_a_refused_acknowledgement_says_why_and_keeps_what_was_written(
    page: Page, site: Site, status: int, answer: dict[str, Any], words: str
) -> None:
    site.refresh_status, site.refresh_answer = status, answer
    page.goto(site.base + PATH)

    page.fill("[name=reason]", "Order 4711")
    page.click("[data-acknowledge] button")

    expect(page.locator("[data-outcome].bad")).to_have_text(words)
    assert page.input_value("[name=reason]") == "Order 4711"


def test_withdrawing_names_the_clock_and_shows_the_form_again(page: Page, site: Site) -> None:
    site.contents[PATH] = page_of(seasoned(taken=TAKEN, reason=None))
    page.goto(site.base + PATH)
    site.contents[PATH] = page_of(seasoned(reason=None))

    page.click("[data-withdraw]")

    expect(page.locator("[data-outcome].good")).to_have_text("Withdrawn: its reminders speak again.")
    expect(page.locator(".taken")).to_have_count(0)
    [(method, path, _, body)] = site.asked
    assert (method, path, json.loads(body)) == (
        *("DELETE", "/api/instances/northwind/acknowledge"),
        {"clock": "license"},
    )


@pytest.mark.parametrize("page", ["desk-light"], indirect=True)
@pytest.mark.parametrize("width", [360, 390, 768, 1001, 1440, 2560])
def test_no_text_of_the_timeline_meets_another(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(site.base + PATH)

    assert page.evaluate(TEXTS_THAT_OVERLAP) == []
    assert page.evaluate(TEXTS_OUTSIDE) == []


def test_long_words_break_rather_than_widen_a_phone(page: Page, site: Site) -> None:
    long = "x" * 300
    taken = Acknowledgement(long, long, NOW, date(2026, 6, 18))
    page.set_viewport_size({"width": 360, "height": 900})
    site.contents[PATH] = page_of(seasoned(name=long, taken=taken))

    page.goto(site.base + PATH)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("role", list(Role))
def test_a_pbx_that_was_never_read_has_a_page_that_works(page: Page, site: Site, role: Role) -> None:
    site.contents[PATH] = page_of(detail(watched(remembered=never_read())), role)

    page.goto(site.base + PATH)

    expect(page.locator("[data-refresh]")).to_be_enabled()


def test_without_a_script_every_fact_is_there_and_dead_controls_are_not(browser: Browser, site: Site) -> None:
    with quiet_page(browser, site.base, java_script_enabled=False) as page:
        page.goto(site.base + PATH)

        expect(page.locator(".timeline .point")).to_have_count(8)
        expect(page.locator("[data-acknowledge]")).to_be_hidden()
        expect(page.get_by_text("This form needs JavaScript")).to_be_visible()
        for control in ("[data-refresh]", "[data-reveal]", "[data-copy]"):
            expect(page.locator(control)).to_be_hidden()
        page.click(".ledger summary >> nth=1")
        expect(page.get_by_text("SNS refused it for good")).to_be_visible()


def test_on_paper_every_cycle_is_told_and_no_button_is_left(page: Page, site: Site) -> None:
    page.goto(site.base + PATH)

    page.emulate_media(media="print")

    expect(page.get_by_text("SNS refused it for good")).to_be_visible()
    expect(page.locator(".timeline")).to_be_visible()
    for control in ("[data-refresh]", "[data-acknowledge]", "[data-reveal]"):
        expect(page.locator(control)).to_be_hidden()
