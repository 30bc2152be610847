"""The renewals as a calendar that other programs subscribe to: `renewals.ics`."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from lapsewatch.adapters.pages.words import clocks_text, instant_text
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.months import Entry, calendar_of
from lapsewatch.domain.status import FleetStatus, Freshness

CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], "\ufffd") | {ord(c): c for c in "\t\n"}
"""The standard allows no other control characters, and careless readers take some of them for the end of a line."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """One whole day: something of one instance ends."""

    uid: str
    """The same for as long as the instance is watched, so that a renewal moves the day instead of adding one."""
    on: date
    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class RenewalCalendar:
    """A calendar before it is written out, which is most of the work."""

    name: str
    made_at: datetime
    renewals: tuple[Renewal, ...]

    @property
    def etag(self) -> str:
        """Return a weak tag: it stays for as long as the days and texts do, whenever they are written out."""
        return f'W/"{sha256(repr((self.name, self.renewals)).encode()).hexdigest()[:32]}"'

    def text(self) -> str:
        """Write the calendar out."""
        # Imported here because most calls of the API never need it.
        from lapsewatch.adapters.pages.ics import written  # noqa: PLC0415

        return written(self)


def renewal_calendar(status: FleetStatus, customer: str | None, page_url: str) -> RenewalCalendar:
    """Return the dates of a fleet as they are grouped on the calendar page; those of one customer lead nowhere."""
    calendar = calendar_of(status)
    entries = [*calendar.overdue, *(entry for month in calendar.months for entry in month.entries)]
    found = (_renewal(entry, page_url, linked=customer is None) for entry in entries)
    return RenewalCalendar(
        name=_plain("License renewals" if customer is None else f"License renewals of {customer}"),
        made_at=status.generated_at,
        renewals=tuple(sorted(found, key=lambda renewal: (renewal.on, renewal.uid))),
    )


def _renewal(entry: Entry, page_url: str, *, linked: bool) -> Renewal:
    row, zone = entry.row, zone_named(entry.row.zone)
    address = f"{page_url}/#instance-{quote(row.instance_id.encode(errors='replace'), safe='')}"
    lines = [
        f"Customer: {row.customer}" if row.customer else "",
        f"Edition: {row.edition}" if row.edition else "",
        f"Ends: {instant_text(entry.expires_at, zone)} ({zone.key})",
        f"Last read {instant_text(row.last_read_at, zone)}: the date may have moved since."
        if row.freshness is Freshness.STALE and row.last_read_at
        else "",
        f"Status page: {address}" if linked else "",
    ]
    ends = "end" if len(entry.clocks) > 1 else "ends"
    return Renewal(
        uid=str(uuid5(NAMESPACE_URL, f"{address}/{entry.clocks[0].value}")),
        on=entry.expires_on,
        summary=_plain(f"{row.name or row.instance_id}: {clocks_text(entry.clocks).lower()} {ends}"),
        description="\n".join(_plain(line) for line in lines if line),
    )


def _plain(text: str) -> str:
    """Return a text of the characters that a calendar may hold, every line ending the same."""
    one_ending = text.replace("\r\n", "\n").replace("\r", "\n")
    return one_ending.translate(CONTROLS).encode(errors="replace").decode()
