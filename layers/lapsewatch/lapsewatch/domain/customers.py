"""The fleet by customer, for one that is too large for a single page."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256

from lapsewatch.domain.status import Band, FleetStatus, StatusRow

LARGEST_TABLE = 2000
"""How many instances one page shows; a larger fleet gets a page for each customer."""
READABLE = 40
"""How much of a customer's name its address keeps."""
DIGITS = 12
"""How much of a hash tells two addresses apart: 48 bits."""
SLUG = re.compile("[a-z0-9-]{1,64}")
NO_LETTERS = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer's share of the fleet, its most urgent instance first. The name may be empty."""

    name: str
    status: FleetStatus

    @property
    def slug(self) -> str:
        return slug_of(self.name)

    @property
    def soonest(self) -> StatusRow:
        return self.status.rows[0]

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands that its instances are in, the worst first."""
        return tuple(band for band in Band if self.status.counters[band])


def too_large(status: FleetStatus) -> bool:
    """Return whether the fleet is more than one page can show."""
    return len(status.rows) > LARGEST_TABLE


def customers_of(status: FleetStatus) -> tuple[Customer, ...]:
    """Return every customer, those first who have an instance in the worst band, and of them the soonest."""
    rows: dict[str, list[StatusRow]] = {}
    for row in status.rows:
        rows.setdefault(row.customer, []).append(row)
    customers = [Customer(name, _share(status, theirs)) for name, theirs in rows.items()]
    order = list(Band)
    return tuple(sorted(customers, key=lambda customer: order.index(customer.bands[0])))


def slug_of(name: str) -> str:
    """Return a customer's part of an address: the same for ever, and of no two names the same."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    readable = NO_LETTERS.sub("-", plain)[:READABLE].strip("-")
    return f"{readable or 'customer'}-{sha256(name.encode(errors='surrogatepass')).hexdigest()[:DIGITS]}"


def _share(status: FleetStatus, rows: list[StatusRow]) -> FleetStatus:
    counted = Counter(row.band for row in rows)
    return replace(status, rows=tuple(rows), counters={band: counted[band] for band in Band})
