"""The routes of a fleet that is too large for one page, and how old its pages are."""

import json
from datetime import timedelta

import pytest
from lapsewatch.adapters.s3 import ShelvedPage
from lapsewatch.domain.customers import slug_of
from lapsewatch.domain.tokens import Role

from tests.functions.caller import NOW, Api

SLUG = slug_of("Northwind Health")


@pytest.fixture
def large(api: Api) -> Api:
    """Return the api of a fleet that has a page for one customer."""
    api.shelf.pages[f"customers/{SLUG}.html"] = ShelvedPage(b"their page", "text/html; charset=utf-8", '"3"')
    return api


def test_a_customers_page_is_shown_to_viewers_only(large: Api) -> None:
    stranger, viewer = large.call("GET", f"/customers/{SLUG}"), large.call("GET", f"/customers/{SLUG}", Role.VIEWER)

    assert (stranger.status, stranger.headers["Location"]) == (303, f"/session?return_to=%2Fcustomers%2F{SLUG}")
    assert (viewer.status, viewer.body, viewer.headers["ETag"]) == (200, "their page", '"3"')


@pytest.mark.parametrize("slug", ["nobody-000000000000", "..", "a" * 65, "Northwind", "%2e%2e%2findex", "a.html"])
def test_a_customer_without_a_page_is_not_found(large: Api, slug: str) -> None:
    answer = large.call("GET", f"/customers/{slug}", Role.VIEWER)

    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_an_instance_leads_to_its_row_on_the_page_of_its_customer(api: Api) -> None:
    customer = api.scene.store.watched(["northwind"])["northwind"].instance.customer

    answer = api.call("GET", "/instances/northwind/row", Role.VIEWER)

    expected = f"/customers/{slug_of(customer)}#instance-northwind"
    assert (answer.status, answer.headers["Location"]) == (303, expected)
    assert api.call("GET", "/instances/nobody/row", Role.VIEWER).status == 404
    assert api.call("GET", "/instances/northwind/row").headers["Location"].startswith("/session?")


def test_the_age_of_a_page_is_that_of_the_last_report_and_not_of_its_last_change(large: Api) -> None:
    large.shelf.times = {"index.html": NOW, f"customers/{SLUG}.html": NOW - timedelta(hours=3)}
    large.shelf.through_at = NOW + timedelta(minutes=5)

    told = [
        json.loads(large.call("GET", f"/status.json?page={page}", Role.VIEWER).body)
        for page in ("/", f"/customers/{SLUG}")
    ]

    assert told == [
        {"generated_at": "2026-06-14T13:05:00Z", "page_generated_at": "2026-06-14T13:00:00Z"},
        {"generated_at": "2026-06-14T13:05:00Z", "page_generated_at": "2026-06-14T10:00:00Z"},
    ]


@pytest.mark.parametrize(
    "query", ["", "?page=/nowhere", "?page=/instances/northwind", "?page=customers/../catalog.json"]
)
def test_what_is_no_page_of_a_report_has_no_age(api: Api, query: str) -> None:
    answer = api.call("GET", f"/status.json{query}", Role.VIEWER)

    assert json.loads(answer.body) == {"generated_at": None, "page_generated_at": None}


def test_a_stranger_is_not_told_how_old_pages_are(api: Api) -> None:
    assert api.call("GET", "/status.json?page=/").status == 401
