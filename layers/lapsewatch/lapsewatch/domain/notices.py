"""What is told about a row of the ledger. One notice is one message in every protocol."""

from dataclasses import dataclass
from datetime import date, datetime

from lapsewatch.domain.changes import Change, fallen
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.days import days_left, local_date
from lapsewatch.domain.ledger import Answer, Event, LedgerRow
from lapsewatch.domain.license import License
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.wording import (
    date_line,
    doubts_about,
    last_read,
    listed,
    moved_earlier,
    news,
    thing,
    what_to_do,
    why,
)


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
    clock: Clock | None
    """None for a change notice, like cycle and milestone."""
    cycle: int | None
    milestone: int | None
    severity: Severity
    expires_at: datetime | None
    """The date that counts now; None once the clock is not watched any more."""
    expires_on: date | None
    zone: str
    """Whose calendar `expires_on` and `days_left` are of."""
    days_left: int | None
    last_read_at: datetime | None
    verified: bool
    """Whether the last read gave the date, and was made within the last day."""
    changes: tuple[Change, ...]
    """What the PBX says differently; keys are masked. Of a resolve, by what the license fell."""
    renew_url: str | None
    page_url: str
    headline: str
    doubts: tuple[str, ...]
    """Why the date may not be the one that somebody counts on: it moved earlier, or was not confirmed lately."""
    text: str

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be told beside the headline however short the form."""
        return (*self.doubts, *listed(self.changes))


def notice_of(
    row: LedgerRow, watched: Watched, now: datetime, rules: ReminderRules, page_url: str, *, shop: bool
) -> Notice:
    """Render a row from the state as it is now, never as it was when the row was claimed.

    `shop` tells whether a renewal address is configured; the link leads through our own page, because a message
    must not carry a license key.
    """
    instance, state = watched.instance, watched.state
    facts = state.license or License()
    series = state.series.get(row.key.clock)
    expires_at = series.expires_at if series and row.answer is Answer.RENEWED else None
    doubts = doubts_about(state, row.key.clock, now)
    read = last_read(state, doubts, dated=expires_at is not None)
    earlier = moved_earlier(row, series, instance.zone)
    event = row.key.event
    headline = f"{instance.name}: {thing(row.key.clock)} {news(row, expires_at, now, instance.zone)}"
    row_url = f"{page_url}/#instance-{instance.instance_id}"
    renew_url = f"{page_url}/instances/{instance.instance_id}/renew" if shop and facts.key else None
    lines = [
        headline + ".",
        "",
        f"Instance: {instance.name}" + (f" ({facts.fqdn})" if facts.fqdn else ""),
        f"Customer: {instance.customer}",
        *date_line(row.key.clock, expires_at, instance.zone),
        *earlier,
        read,
        "",
        *what_to_do(row, renew_url),
        f"Status page: {row_url}",
        "",
        why(row, rules),
    ]
    return Notice(
        event=event,
        event_id=f"{instance.instance_id}:{row.key.alert}",
        dedup_key=f"lapsewatch:{instance.instance_id}:{'changes' if row.key.change else row.key.clock}",
        occurred_at=row.created_at,
        instance_id=instance.instance_id,
        name=instance.name,
        customer=instance.customer,
        fqdn=facts.fqdn,
        clock=None if row.key.change else row.key.clock,
        cycle=None if row.key.change else row.key.cycle,
        milestone=row.key.milestone,
        severity=_severity(row, rules),
        expires_at=expires_at,
        expires_on=None if expires_at is None else local_date(expires_at, instance.zone),
        zone=instance.zone.key,
        days_left=None if expires_at is None else days_left(expires_at, now, instance.zone),
        last_read_at=state.observed_at,
        verified=not doubts,
        changes=row.changes,
        renew_url=renew_url,
        page_url=row_url,
        headline=headline,
        doubts=(*earlier, *([read] if doubts else [])),
        text="\n".join(lines),
    )


def _severity(row: LedgerRow, rules: ReminderRules) -> Severity:
    if row.key.milestone is None:
        return Severity.WARNING if row.key.change and fallen(row.changes) else Severity.INFO
    return rules.ladders[row.key.clock].severity(row.key.milestone)
