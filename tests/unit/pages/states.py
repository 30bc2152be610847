"""Every page in every state that people meet. What is listed here is checked by all tests of pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.adapters.pages import (
    render_calendar,
    render_customer,
    render_error,
    render_fleet_json,
    render_index,
    render_sign_in,
)
from lapsewatch.adapters.pages.acknowledge_link import render_acknowledge_link
from lapsewatch.adapters.pages.feed import render_feed
from lapsewatch.adapters.pages.feed_rows import feed_status
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.concerns import Concern, Name
from lapsewatch.domain.customers import LARGEST_TABLE, customers_of
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.license import Reason, Seats
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.status import FleetStatus, Freshness
from lapsewatch.domain.tokens import Role
from playwright.sync_api import Page, expect

from tests import builders
from tests.unit.pages.builders import NOW, fleet, many, status_row
from tests.unit.pages.instances import TAKEN, detail, page_of, seasoned

FLEET = (
    status_row(
        "harbor",
        name="Harbor Logistics",
        customer="Harbor Group",
        edition="Enterprise",
        expires_at=NOW - timedelta(days=9),
        sim_calls=32,
        next_reminder_at=None,
    ),
    status_row("northwind"),
    status_row(
        "lab",
        name="Northwind Laboratory",
        expires_at=NOW + timedelta(days=30),
        sim_calls=4,
        seats=Seats(50, 40, 0),
        next_reminder_at=NOW + timedelta(days=20),
    ),
    status_row(
        "willow",
        name="Willow Accounting",
        customer="Willow",
        edition="Basic",
        expires_at=NOW + timedelta(days=231),
        seats=Seats(39, 40, 1),
        next_reminder_at=NOW + timedelta(days=221),
    ),
    status_row(
        "new",
        name="New site",
        customer="Willow",
        edition=None,
        expires_at=None,
        license_key=None,
        sim_calls=None,
        seats=Seats(),
        next_reminder_at=None,
    ),
)
"""One of each band."""
ODD = (
    status_row("inactive", active=False, acknowledged_until=NOW + timedelta(days=2), acknowledged="the desk"),
    status_row("perpetual", expires_at=None, perpetual=True, maintenance_expires_at=NOW + timedelta(days=41)),
    status_row("both", maintenance_expires_at=NOW + timedelta(days=3), seats=Seats(42, 32, 2)),
    status_row("abroad", zone=ZoneInfo("Asia/Kathmandu"), note="The PBX answered a date that cannot be one."),
    status_row("stale", freshness=Freshness.STALE, last_read_at=NOW - timedelta(days=2), seats=Seats(38, 40, 9)),
    status_row("failing", freshness=Freshness.FAILING, reason="timeout", remedy="Check its load."),
    status_row("unread", expires_at=None, freshness=Freshness.NEVER_READ, last_read_at=None, renew_url=None),
    status_row("paused", freshness=Freshness.PAUSED, next_reminder_at=None, sim_calls=None),
    status_row("long", name="Northern Hospitals " * 8, customer="N" * 90, fqdn=f"{'x' * 60}.my3cx.example"),
)
"""One of each thing that a row may say beside its dates."""
SOON_AFTER = NOW + timedelta(minutes=4)
"""When a page is looked at, unless it says else."""
CALENDAR = "/feeds/lwf_0123456789ab_secret/renewals.ics"
CONCERNS = (
    Concern(Name.NO_SUBSCRIBER, "Nobody receives the reminders: no subscription is confirmed."),
    Concern(Name.POLL_LATE, "PBXs are not being read", datetime(2026, 6, 5, 16, 0, tzinfo=UTC)),
)


@dataclass(frozen=True, slots=True)
class State:
    """A page as it is opened, and what is done on it before anybody looks."""

    name: str
    render: Callable[[], str]
    query: str = ""
    opened_at: datetime = SOON_AFTER
    then: Callable[[Page], None] = lambda _: None

    @property
    def path(self) -> str:
        return f"/{self.name}"


def _never_read() -> Detail:
    return detail(builders.watched(None, builders.never_read(reason=Reason.TIMEOUT, fail_count=1)))


def feed_page(customer: str | None = None) -> str:
    """Return the page that a customer reads."""
    document = render_fleet_json(fleet((*FLEET, *ODD))).encode()
    return render_feed(feed_status(document, customer), customer, f"https://licenses.example{CALENDAR}", NOW)


def acknowledge_page(taken: Acknowledgement | None = None, error: str = "") -> str:
    """Return what a link from a message opens."""
    return render_acknowledge_link(builders.watched(), builders.series(), taken, DEFAULT_RULES, error)


def large() -> FleetStatus:
    """Return a fleet that is too large for one page."""
    return fleet((*FLEET, *ODD, *many(LARGEST_TABLE).rows))


def _outdated(page: Page) -> None:
    """Have a newer page in the bucket."""
    page.evaluate("document.querySelector('[data-newer]').hidden = false")


def _refresh(page: Page) -> None:
    """Press Refresh where nothing answers as it should, and show the key beside it."""
    row = page.locator("#instance-northwind")
    row.locator("[data-reveal]").click()
    row.locator("[data-refresh]").click()
    expect(row.locator(".outcome.bad")).to_be_visible()


STATES = (
    State("status", lambda: render_index(fleet((*FLEET, *ODD)))),
    State("status-empty", lambda: render_index(fleet())),
    State("status-filtered", lambda: render_index(fleet(FLEET)), "?band=critical&customer=Northwind%20Health"),
    State("status-without-a-match", lambda: render_index(fleet(FLEET)), "?q=nobody"),
    State("status-grouped", lambda: render_index(fleet((*FLEET, *ODD))), "?group=customer&sort=seats&dir=desc"),
    State("status-outdated", lambda: render_index(fleet(FLEET)), then=_outdated),
    State("overview", lambda: render_index(large())),
    State("customer", lambda: render_customer(customers_of(fleet((*FLEET, *ODD)))[1])),
    State("status-with-concerns", lambda: render_index(fleet(FLEET, concerns=CONCERNS))),
    State("status-old", lambda: render_index(fleet(FLEET)), opened_at=NOW + timedelta(hours=3)),
    State("status-refresh-failed", lambda: render_index(fleet(FLEET)), then=_refresh),
    State("calendar", lambda: render_calendar(fleet((*FLEET, *ODD), concerns=CONCERNS))),
    State("calendar-of-one-customer", lambda: render_calendar(fleet((*FLEET, *ODD))), "?customer=Harbor%20Group"),
    State("calendar-empty", lambda: render_calendar(fleet())),
    State("instance", lambda: page_of(seasoned(reason=None)), opened_at=builders.NOW),
    State("instance-failing", lambda: page_of(seasoned()), opened_at=builders.NOW),
    State("instance-acknowledged", lambda: page_of(seasoned(taken=TAKEN)), opened_at=builders.NOW),
    State("instance-paused", lambda: page_of(seasoned(enabled=False), Role.VIEWER), opened_at=builders.NOW),
    State("instance-never-read", lambda: page_of(_never_read()), opened_at=builders.NOW),
    State("feed", feed_page),
    State("feed-of-one-customer", lambda: feed_page("Willow")),
    State("sign-in", lambda: render_sign_in(None, "/calendar")),
    State("sign-in-refused", lambda: render_sign_in("This token is not known, or it was revoked.", "/")),
    State("acknowledge-link", acknowledge_page),
    State("acknowledge-link-refused", lambda: acknowledge_page(error="say why in 1 to 300 characters on one line.")),
    State("acknowledge-link-taken", lambda: acknowledge_page(TAKEN)),
    State("error-not-found", lambda: render_error(404, "Not found", "There is no such page.")),
    State("error-not-rendered", lambda: render_error(503, "Not rendered yet", "This page comes in a few minutes.")),
)
