"""One instance: what is known of it, in words, as the head of its own page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from lapsewatch.adapters.pages.changed import ChangedView, changed_views
from lapsewatch.adapters.pages.seats import SeatsView, seats_view
from lapsewatch.adapters.pages.words import band_text, count_of_days, inactive_early, instant_text, iso, weekday_text
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import masked, title_of
from lapsewatch.domain.status import Freshness

ACCESSES = {
    Access.API_CLIENT: "API client",
    Access.USER_LOGIN: "user login",
    Access.LEGACY: "console of version 16 or 18",
    Access.AUTO: "found by itself",
}


@dataclass(frozen=True, slots=True)
class InstantView:
    """An instant in the tenant's zone, and as programs read it."""

    text: str
    at: str


@dataclass(frozen=True, slots=True)
class EndView:
    """One clock: when it ends, and how far that is."""

    title: str
    when: InstantView | None
    left: str


@dataclass(frozen=True, slots=True)
class SummaryView:
    """The head of the page; an empty text, or None, is left out or said to be unknown."""

    instance_id: str
    name: str
    customer: str
    customer_href: str
    fqdn: str
    renew_url: str
    paused: bool
    band: str
    band_text: str
    left: str
    """How far the date is that decides the band."""
    ends: tuple[EndView, ...]
    freshness: str
    trust: str
    doubtful: bool
    remarks: tuple[str, ...]
    changed: tuple[ChangedView, ...]
    key: str
    masked_key: str
    edition: str
    product_code: str
    version: str
    seats: SeatsView
    sim_calls: str
    reseller: str
    address: str
    access: str
    zone: str
    read: InstantView | None
    tried: InstantView | None
    """None if the last reading was the last good one."""
    rest: InstantView | None
    """Until when the PBX is left alone."""
    reminder: InstantView | None


def summary_view(detail: Detail) -> SummaryView:
    """Return everything known about the instance."""
    row, now, instance, state = detail.row, detail.now, detail.watched.instance, detail.watched.state
    resting = state.next_poll_at is not None and state.next_poll_at > now
    return SummaryView(
        instance_id=row.instance_id,
        name=row.name or row.instance_id,
        customer=row.customer,
        customer_href=f"/?customer={quote(row.customer.encode(errors='replace'), safe='')}",
        fqdn=row.fqdn or "",
        # Whatever was configured, nothing but an https address becomes a link.
        renew_url=row.renew_url if row.renew_url and row.renew_url.lower().startswith("https://") else "",
        paused=row.freshness is Freshness.PAUSED,
        band=row.band.value,
        band_text=band_text(row.band),
        left=_left(row.clock_days_left, row.clock_expires_at, now),
        ends=tuple(_ends(detail)),
        freshness=row.freshness.value,
        trust=_trust(detail),
        doubtful=row.freshness is not Freshness.FRESH,
        remarks=tuple(_remarks(detail)),
        changed=changed_views(row.changed, instance.zone),
        key=row.license_key or "",
        masked_key=masked(row.license_key) if row.license_key else "",
        edition=row.edition or "",
        product_code=row.product_code or "",
        version=row.version or "",
        seats=seats_view(row.seats),
        sim_calls="" if row.sim_calls is None else str(row.sim_calls),
        reseller=row.reseller or "",
        address=instance.address,
        access=_access(detail),
        zone=row.zone,
        read=_instant(row.last_read_at, detail),
        tried=_instant(state.tried_at, detail) if state.tried_at != state.observed_at else None,
        rest=_instant(state.next_poll_at, detail) if resting else None,
        reminder=_instant(row.next_reminder_at, detail),
    )


def _access(detail: Detail) -> str:
    """Return the way in as people call it; one that was found by itself says so."""
    access, way = detail.watched.instance.access, detail.watched.state.way
    return f"{ACCESSES[way]}, {ACCESSES[access]}" if access is Access.AUTO and way else ACCESSES[access]


def _trust(detail: Detail) -> str:
    row = detail.row
    match row.freshness:
        case Freshness.FAILING:
            since = _instant(row.failing_since, detail)
            return f"Failing{f' since {since.text}' if since else ''}: {title_of(row.reason)}"
        case Freshness.STALE:
            return "Stale: no good reading for a day"
        case _:
            return row.freshness.value.replace("_", " ").capitalize()


def _remarks(detail: Detail) -> Iterator[str]:
    row = detail.row
    if row.remedy:
        yield row.remedy
    if row.note:
        yield f"{row.note[:1].upper()}{row.note[1:]}."
    if inactive_early(row, detail.now):
        yield "The PBX says its license is inactive."
    if row.freshness is Freshness.PAUSED:
        yield "It is not read, and what it owes waits until it is resumed."


def _ends(detail: Detail) -> Iterator[EndView]:
    row = detail.row
    if row.perpetual and row.expires_at is None:
        yield EndView("License", None, "")
    dates = (
        ("License", row.expires_at, row.days_left),
        ("Maintenance", row.maintenance_expires_at, row.maintenance_days_left),
    )
    for title, at, days in dates:
        if at is not None:
            when = InstantView(weekday_text(at, detail.watched.instance.zone), iso(at))
            yield EndView(title, when, _left(days, at, detail.now))


def _left(days: int | None, ends_at: datetime | None, now: datetime) -> str:
    """Return the true days left in words; 0 tells whether the hour has passed."""
    if days is None or ends_at is None:
        return "No date"
    if days == 0:
        return "Expired today" if ends_at <= now else "Expires today"
    return f"{count_of_days(days)} left" if days > 0 else f"{count_of_days(-days)} overdue"


def _instant(at: datetime | None, detail: Detail) -> InstantView | None:
    return InstantView(instant_text(at, detail.watched.instance.zone), iso(at)) if at else None
