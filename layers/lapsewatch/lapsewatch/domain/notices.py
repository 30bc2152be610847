"""What a reminder says: true days left, what stops, what to do. One notice is one message in every protocol."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.days import days_left, local_date
from lapsewatch.domain.ledger import Event, LedgerRow
from lapsewatch.domain.license import License
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import STALE_AFTER, Watched

MAINTENANCE_STOPS = (
    "Without maintenance this PBX loses security updates and upgrades, its 3CX FQDN and automatic TLS certificates, "
    "the apps, 3CX SMTP, WebMeeting, and new firmware and provider templates."
)
LICENSE_STOPS = "When the license lapses, 3CX limits or stops this phone system."


@dataclass(frozen=True, slots=True)
class Notice:
    """One message before it is put into a protocol. `text` is what a person reads."""

    event: Event
    event_id: str
    dedup_key: str
    occurred_at: datetime
    instance_id: str
    name: str
    customer: str
    fqdn: str | None
    clock: Clock
    cycle: int
    milestone: int | None
    severity: Severity
    expires_at: datetime
    expires_on: date
    days_left: int
    last_read_at: datetime | None
    verified: bool
    """Whether the date was read within the last day."""
    renew_url: str | None
    page_url: str
    headline: str
    text: str


def notice_of(
    row: LedgerRow, watched: Watched, now: datetime, rules: ReminderRules, page_url: str, *, shop: bool
) -> Notice:
    """Render a row from the state as it is now, never as it was when the row was claimed.

    `shop` tells whether a renewal address is configured; the link leads through our own page, because a message
    must not carry a license key.
    """
    instance, state = watched.instance, watched.state
    facts = state.license or License()
    series = state.series[row.key.clock]
    verified = state.observed_at is not None and now - state.observed_at <= STALE_AFTER
    left = days_left(series.expires_at, now, instance.zone)
    expires_on = local_date(series.expires_at, instance.zone)
    event = row.key.event
    headline = _headline(event, row.key.clock, instance.name, left, lapsed=now >= series.expires_at)
    row_url = f"{page_url}/#instance-{instance.instance_id}"
    renew_url = f"{page_url}/instances/{instance.instance_id}/renew" if shop and facts.key else None
    lines = [
        headline + ".",
        "",
        f"Instance: {instance.name}" + (f" ({facts.fqdn})" if facts.fqdn else ""),
        f"Customer: {instance.customer}",
        f"{_thing(row.key.clock).capitalize()} ends: {expires_on:%A}, {_spoken(expires_on)} ({instance.zone.key})",
        _last_read(state.observed_at, now, verified=verified),
        "",
        *_what_to_do(event, row.key.clock, renew_url),
        f"Status page: {row_url}",
        "",
        _why(row, rules),
    ]
    return Notice(
        event=event,
        event_id=f"{instance.instance_id}:{row.key.alert}",
        dedup_key=f"lapsewatch:{instance.instance_id}:{row.key.clock}",
        occurred_at=row.created_at,
        instance_id=instance.instance_id,
        name=instance.name,
        customer=instance.customer,
        fqdn=facts.fqdn,
        clock=row.key.clock,
        cycle=row.key.cycle,
        milestone=row.key.milestone,
        severity=_severity(row, rules),
        expires_at=series.expires_at,
        expires_on=expires_on,
        days_left=left,
        last_read_at=state.observed_at,
        verified=verified,
        renew_url=renew_url,
        page_url=row_url,
        headline=headline,
        text="\n".join(lines),
    )


def days_in_words(left: int, *, lapsed: bool) -> str:
    """Say the true number of days: `in 3 days`, `tomorrow`, `today`, `EXPIRED 2 days ago`."""
    if lapsed:
        return "EXPIRED today" if left == 0 else f"EXPIRED {-left} day{'s' if left != -1 else ''} ago"
    if left == 0:
        return "expires today"
    return f"expires in {left} day{'s' if left != 1 else ''}"


def _headline(event: Event, clock: Clock, name: str, left: int, *, lapsed: bool) -> str:
    if event is Event.RESOLVED:
        return f"{name}: {_thing(clock)} renewed, {left} days left"
    return f"{name}: {_thing(clock)} {days_in_words(left, lapsed=lapsed)}"


def _severity(row: LedgerRow, rules: ReminderRules) -> Severity:
    if row.key.milestone is None:
        return Severity.INFO
    return rules.ladders[row.key.clock].severity(row.key.milestone)


def _thing(clock: Clock) -> str:
    return "license" if clock is Clock.LICENSE else "maintenance"


def _spoken(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _last_read(observed_at: datetime | None, now: datetime, *, verified: bool) -> str:
    if observed_at is None:
        return "This PBX has never been read."
    read = f"Last read: {observed_at:%Y-%m-%d %H:%M} UTC"
    if verified:
        return read
    days = max((now - observed_at) // timedelta(days=1), 1)
    return f"{read} - the PBX has not answered for {days} day{'s' if days != 1 else ''}, so this is the last known date"


def _what_to_do(event: Event, clock: Clock, renew_url: str | None) -> list[str]:
    if event is Event.RESOLVED:
        return ["Nothing to do: the earlier reminders for this license are settled."]
    stops = LICENSE_STOPS if clock is Clock.LICENSE else MAINTENANCE_STOPS
    act = "Renew it, then press Refresh on the status page so that the PBX picks it up."
    return [stops, act, *([f"Renew: {renew_url}"] if renew_url else [])]


def _why(row: LedgerRow, rules: ReminderRules) -> str:
    if row.key.milestone is None:
        return "You get this because you were reminded of the date before."
    ladder = ", ".join(str(days) for days in rules.ladders[row.key.clock].days)
    if row.key.event is Event.EXPIRED:
        return f"This is the notice of the lapse; reminders go out {ladder} days before."
    return f"This is the {row.key.milestone}-day reminder; reminders go out {ladder} days before, once each."
