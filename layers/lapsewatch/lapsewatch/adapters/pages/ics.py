"""The renewals written out for calendar programs. Its library costs as much to import as all else: import this late."""

from datetime import timedelta
from typing import override

from icalendar import Calendar, Event, vDuration, vText

from lapsewatch.adapters.pages.renewals import Renewal, RenewalCalendar

LOOK_AGAIN = timedelta(hours=6)
ONE_DAY = timedelta(days=1)


class _Text(vText):
    """A text that is escaped as the standard says: the library's own takes a backslash before an N for a line end."""

    @override
    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")
        return escaped.encode()


def written(calendar: RenewalCalendar) -> str:
    """Return a calendar as text: lines folded, nothing in a text taken for a property."""
    out = Calendar()
    out.add("prodid", "-//Lapsewatch//Renewals//EN")
    out.add("version", "2.0")
    # The library knows no type for either name, and would not escape a plain string.
    out.add("name", _Text(calendar.name))
    out.add("x-wr-calname", _Text(calendar.name))
    out.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    out.add("x-published-ttl", vDuration(LOOK_AGAIN))
    for renewal in calendar.renewals:
        out.add_component(_event(renewal, calendar))
    body: bytes = out.to_ical()
    return body.decode()


def _event(renewal: Renewal, calendar: RenewalCalendar) -> Event:
    event = Event()
    event.add("uid", renewal.uid)
    event.add("dtstamp", calendar.made_at)
    event.add("dtstart", renewal.on)
    event.add("dtend", renewal.on + ONE_DAY)
    event.add("summary", _Text(renewal.summary))
    event.add("description", _Text(renewal.description))
    event.add("transp", "TRANSPARENT")
    return event
