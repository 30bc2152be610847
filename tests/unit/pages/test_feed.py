"""The page of a feed as a customer reads it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from lapsewatch.adapters.pages import render_fleet_json
from lapsewatch.adapters.pages.feed import render_feed
from lapsewatch.adapters.pages.feed_rows import feed_status
from lapsewatch.domain.license import Seats
from lapsewatch.domain.status import Freshness, StatusRow

from tests.unit.pages.builders import KEY, NOW, fleet, status_row
from tests.unit.pages.test_safety import HOSTILE, shape, shown

CALENDAR = "https://licenses.example/feeds/lwf_0123456789ab_secret/renewals.ics"


def html_of(*rows: StatusRow, customer: str | None = None, now: datetime = NOW) -> str:
    return render_feed(feed_status(render_fleet_json(fleet(rows)).encode(), customer), customer, CALENDAR, now)


def page_of(*rows: StatusRow, customer: str | None = None, now: datetime = NOW) -> BeautifulSoup:
    return BeautifulSoup(html_of(*rows, customer=customer, now=now), "html.parser")


def words(page: BeautifulSoup, selector: str) -> list[str]:
    return [tag.get_text(" ", strip=True) for tag in page.select(selector)]


def test_a_row_tells_what_when_and_how_full() -> None:
    page = page_of(status_row(), customer="Northwind Health")

    assert words(page, "tbody tr > *") == [
        "Northwind Cardiology",
        "Professional (SPLA) ····-····-····-9Q1S",
        "Critical",
        "Jun 12, 2026",
        "6d",
        "9 / 40 23\u00a0% 9 human · 0 AI",
    ]
    assert [use["href"] for use in page.select(".status use")] == ["#i-critical"]
    assert [str(row["class"]) for row in page.select("tbody tr")] == ["['critical']"]


def test_the_page_says_whose_it_is_and_when_it_was_made() -> None:
    page = page_of(status_row(), customer="Northwind Health")

    assert words(page, "h1") == ["Licenses of Northwind Health"]
    assert words(page, ".generated") == ["Generated Jun 6, 2026, 09:00 America/New_York"]


def test_the_page_of_the_fleet_tells_customers_apart() -> None:
    page = page_of(status_row("a"), status_row("b", customer="Contoso"))

    assert words(page, "h1") == ["All licenses"]
    assert words(page, ".instance .sub") == ["Northwind Health", "Contoso"]


def test_a_perpetual_license_shows_its_maintenance() -> None:
    row = status_row(expires_at=None, perpetual=True, maintenance_expires_at=NOW + timedelta(days=9))

    assert words(page_of(row), ".expires") == ["Perpetual Maintenance Jun 15, 2026"]


def test_maintenance_beside_a_license_shows_its_own_days() -> None:
    page = page_of(status_row(maintenance_expires_at=NOW + timedelta(days=30)))

    assert words(page, ".expires") == ["Jun 12, 2026 Maintenance Jul 6, 2026 · 30d"]


def test_what_is_not_known_is_said() -> None:
    page = page_of(status_row(expires_at=None, license_key=None, edition=None, seats=Seats()))

    assert words(page, "tbody tr > *")[1:] == ["Edition unknown", "Unknown", "No date", "No date", "not reported"]


def test_another_zone_than_the_page_has_is_named() -> None:
    assert words(page_of(status_row(zone=ZoneInfo("Europe/Berlin"))), ".zone")[1:] == ["Europe/Berlin"]


def test_old_facts_say_since_when() -> None:
    page = page_of(status_row(freshness=Freshness.STALE, last_read_at=NOW - timedelta(days=2)))

    assert words(page, ".trust") == ["Stale since Jun 4, 09:00"]
    assert [str(row["class"]) for row in page.select("tbody tr")] == ["['critical', 'doubtful']"]


@pytest.mark.parametrize(("age", "banners"), [(timedelta(hours=2), 0), (timedelta(hours=2, seconds=1), 1)])
def test_a_page_of_old_facts_does_not_look_fresh(age: timedelta, banners: int) -> None:
    page = page_of(status_row(), now=NOW + age)

    assert len(page.select(".banner")) == banners


def test_an_empty_page_says_so() -> None:
    page = page_of(customer="Gone")

    assert page.select("table") == []
    assert words(page, ".empty h2") == ["No phone system"]


def test_the_page_leads_nowhere_but_to_its_calendar() -> None:
    page = page_of(status_row(), customer="Northwind Health")

    links = {link["href"] for link in page.select("a")}
    assert links == {"webcal://licenses.example/feeds/lwf_0123456789ab_secret/renewals.ics", "renewals.ics"}
    assert page.select("script, form, button, iframe, img") == []


@pytest.mark.parametrize("customer", [None, "Northwind Health"])
def test_no_key_no_address_and_no_code_is_on_the_page(customer: str | None) -> None:
    row = status_row(freshness=Freshness.FAILING, reason="timeout", remedy="Look.", note="A note.", version="20.0.8")

    html = html_of(row, customer=customer)

    for hidden in (KEY, "3cx.us", "3CXPSPROFSPLA", "20.0.8", "Example Telecom", "timeout", "Look.", "A note.", "shop"):
        assert hidden not in html


@pytest.mark.fault("R4")
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_leave_the_elements_of_the_page_as_they_are(text: str) -> None:
    assert shape(html_of(shown(text))) == shape(html_of(shown("harmless")))


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(min_size=1))
def test_no_text_at_all_can_add_an_element(text: str) -> None:
    assert shape(html_of(shown(text))) == shape(html_of(shown("harmless")))


def test_the_strict_policy_can_hold_on_the_page() -> None:
    page = page_of(status_row(seats=Seats(used=5, limit=4, ai=1)), now=NOW + timedelta(days=1))

    assert not [name for tag in page.find_all() for name in tag.attrs if name == "style" or name.startswith("on")]
    there = {f"#{symbol['id']}" for symbol in page.find_all("symbol")}
    assert {use["href"] for use in page.find_all("use")} <= there
