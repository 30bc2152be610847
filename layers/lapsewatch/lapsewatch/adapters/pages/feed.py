"""The page of a feed: licenses for people who have nothing but its address."""

from datetime import datetime, timedelta

from lapsewatch.adapters.pages.engine import page
from lapsewatch.adapters.pages.rows import row_view
from lapsewatch.adapters.pages.words import instant_text, iso
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.status import FleetStatus

OLD_AFTER = timedelta(hours=2)
"""As the script of the other pages has it."""


def render_feed(status: FleetStatus, customer: str | None, calendar_url: str, now: datetime) -> str:
    """Return the page of a customer, or of the whole fleet for None; `calendar_url` is where its calendar is."""
    return page(
        "feed",
        title="All licenses" if customer is None else f"Licenses of {customer}",
        whole_fleet=customer is None,
        rows=[row_view(row, status) for row in status.rows],
        # Programs subscribe to this scheme, while https would hand them a copy that never changes.
        subscribe_url=f"webcal://{calendar_url.partition('://')[2]}",
        generated_at=iso(status.generated_at),
        generated=instant_text(status.generated_at, zone_named(status.zone)),
        zone=status.zone,
        old=now - status.generated_at > OLD_AFTER,
    )
