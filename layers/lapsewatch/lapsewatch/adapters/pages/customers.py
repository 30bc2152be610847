"""One row of the overview of customers: every word worked out and escaped."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from lapsewatch.adapters.pages.addresses import customer_page
from lapsewatch.adapters.pages.engine import escaped
from lapsewatch.adapters.pages.rows import BAND_ORDER
from lapsewatch.adapters.pages.words import band_text, day_text, days_text, on_text
from lapsewatch.domain.customers import Customer
from lapsewatch.domain.status import Band

NO_CUSTOMER = "No customer"


class CustomerView(NamedTuple):
    """One customer as the template places it. Texts only; an empty one is left out."""

    slug: str
    name: str
    shown_name: str
    href: str
    bands: str
    """All bands that its instances are in, the worst first, with spaces between."""
    worst: str
    worst_text: str
    worst_order: str
    total: str
    soonest: str
    """Its most urgent instance."""
    day: str
    on: str
    days: str
    order: str
    expired: str
    critical: str
    warning: str
    active: str
    unknown: str


def overview_rows(customers: Iterable[Customer], now: datetime) -> Iterator[CustomerView]:
    """Return the words of each customer, escaped."""
    return escaped(CustomerView._make, (_view(customer, now) for customer in customers))


def first_customers(customers: Iterable[Customer]) -> dict[str, str]:
    """Return the place of the first customer with an instance in each band; nothing for a band without any."""
    found = dict.fromkeys((band.value for band in Band), "")
    for customer in customers:
        for band in customer.bands:
            found[band] = found[band] or f"#customer-{customer.slug}"
    return found


def _view(customer: Customer, now: datetime) -> CustomerView:
    soonest, counters = customer.soonest, customer.status.counters
    worst, day, at = customer.bands[0], soonest.clock_expires_on, soonest.clock_expires_at
    return CustomerView(
        slug=customer.slug,
        name=customer.name,
        shown_name=customer.name or NO_CUSTOMER,
        href=customer_page(customer.name),
        bands=" ".join(customer.bands),
        worst=worst,
        worst_text=band_text(worst),
        worst_order=BAND_ORDER[worst],
        total=str(len(customer.status.rows)),
        soonest=soonest.name or soonest.instance_id,
        day=day_text(day) if day else "",
        on=on_text(day) if day else "",
        days=days_text(soonest.clock_days_left, at, now),
        order=str(int(at.timestamp())) if at else "",
        **{band.value: str(counters[band]) for band in Band},
    )
