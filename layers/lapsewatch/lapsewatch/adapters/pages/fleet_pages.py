"""The pages of the fleet: its status in one table or, if that is too large, customer by customer; and its calendar."""

from typing import Any

from lapsewatch.adapters.pages.addresses import customer_views, first_rows, quoted, row_pages
from lapsewatch.adapters.pages.chart import bars
from lapsewatch.adapters.pages.customers import NO_CUSTOMER, first_customers, overview_rows
from lapsewatch.adapters.pages.dates import groups
from lapsewatch.adapters.pages.engine import page, part
from lapsewatch.adapters.pages.rows import row_views
from lapsewatch.adapters.pages.words import BANDS, band_text, concern_text, instant_text, iso
from lapsewatch.domain.customers import Customer, customers_of, too_large
from lapsewatch.domain.days import local_date, zone_named
from lapsewatch.domain.months import calendar_of, months_ahead
from lapsewatch.domain.status import FleetStatus


def render_index(status: FleetStatus) -> str:
    """Return the status page: every instance in the order of the fleet, or every customer of a large one."""
    if too_large(status):
        return _overview(status)
    return page(
        "index",
        **_head(status),
        path="/",
        customer=None,
        customers=sorted({row.customer for row in status.rows if row.customer}, key=str.casefold),
        anchors=first_rows(status),
        rows=part("rows", row_views(status.rows, status, customer_views(status))),
    )


def render_customer(customer: Customer) -> str:
    """Return the status page of one customer."""
    status = customer.status
    return page(
        "index",
        **_head(status),
        path=f"/customers/{customer.slug}",
        customer=customer.name or NO_CUSTOMER,
        calendar=f"/calendar?customer={quoted(customer.name)}" if customer.name else "/calendar",
        customers=(),
        anchors=first_rows(status),
        rows=part("rows", row_views(status.rows, status, {customer.name: ""})),
    )


def render_calendar(status: FleetStatus) -> str:
    """Return the calendar: every date once, by month."""
    calendar = calendar_of(status)
    today = local_date(status.generated_at, zone_named(status.zone))
    months = groups(calendar, status.generated_at, row_pages(status))
    return page(
        "calendar",
        **_head(status),
        customers=sorted({row.customer for row in status.rows if row.customer}, key=str.casefold),
        groups=[(month, part("dates", month.dates)) for month in months],
        bars=bars(months_ahead(calendar, today)),
    )


def _overview(status: FleetStatus) -> str:
    customers = customers_of(status)
    return page(
        "overview",
        **_head(status),
        path="/",
        customers=(),
        anchors=first_customers(customers),
        count=len(customers),
        bands=[(band.value, band_text(band)) for band in BANDS],
        rows=part("customers", overview_rows(customers, status.generated_at)),
    )


def _head(status: FleetStatus) -> dict[str, Any]:
    zone = zone_named(status.zone)
    return {
        "generated_at": iso(status.generated_at),
        "generated": instant_text(status.generated_at, zone),
        "zone": status.zone,
        "total": len(status.rows),
        "counters": [(band.value, band_text(band), hint, status.counters.get(band, 0)) for band, hint in BANDS.items()],
        "ladders": [(clock.value, ", ".join(map(str, days))) for clock, days in status.ladders.items()],
        "concerns": [(concern_text(concern, zone), concern.remedy) for concern in status.concerns],
    }
