"""The words of a notice: true days left, what stops, what to do, and why it came."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.domain.changes import Change, fallen, renewed_elsewhere
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import days_left, local_date
from lapsewatch.domain.ledger import Answer, Event, LedgerRow
from lapsewatch.domain.milestones import EXPIRED, ReminderRules
from lapsewatch.domain.overview import STALE_AFTER
from lapsewatch.domain.series import Series
from lapsewatch.domain.state import InstanceState

MAINTENANCE_STOPS = (
    "Without maintenance a PBX loses security updates and upgrades, its 3CX FQDN and automatic TLS certificates, "
    "the apps, 3CX SMTP, WebMeeting, and new firmware and provider templates."
)
SETTLED = {
    Answer.RENEWED: "renewed",
    Answer.REMOVED: "not watched any more",
    Answer.NO_EXPIRY: "has no end any more",
}
DONE = {
    Answer.RENEWED: "Nothing to do: the earlier reminders for this license are settled.",
    Answer.REMOVED: "This PBX was removed from Lapsewatch: no reminders follow, whatever its license does.",
    Answer.NO_EXPIRY: "An operator accepted that the PBX gives no date for it: the earlier reminders are settled.",
}
SMALLER = "The earlier reminders are settled by the new date, but the license is smaller than it was:"
FALL = "A subscription that lapses falls to a small tier, and going back may cost extra: see whether this was ordered."
ACT = "Renew it, then press Refresh on the status page so that the PBX picks it up."
LICENSE_STOPS = "When the license lapses, 3CX limits or stops this phone system."


def days_in_words(left: int, *, lapsed: bool) -> str:
    """Say the true number of days: `in 3 days`, `tomorrow`, `today`, `EXPIRED 2 days ago`."""
    if lapsed:
        return "EXPIRED today" if left == 0 else f"EXPIRED {-left} day{'s' if left != -1 else ''} ago"
    if left == 0:
        return "expires today"
    return f"expires in {left} day{'s' if left != 1 else ''}"


def news(row: LedgerRow, expires_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    if row.key.event is Event.CHANGED:
        smaller = [f"{change.fact} from {change.before} to {change.after}" for change in fallen(row.changes)]
        if smaller:
            return f"fell to a smaller tier: {', '.join(smaller)}"
        if renewed_elsewhere(row.changes):
            return "renewed, but not by you"
        return f"changed: {', '.join(change.fact for change in row.changes)}"
    if row.key.event is Event.RESOLVED:
        if expires_at is None:
            return SETTLED[row.answer]
        left = f"{days_left(expires_at, now, zone)} days left"
        return f"has a later date, {left}, but fell to a smaller tier" if row.changes else f"renewed, {left}"
    if expires_at is None:
        return "is not watched any more"
    return days_in_words(days_left(expires_at, now, zone), lapsed=now >= expires_at)


def date_line(clock: Clock, expires_at: datetime | None, zone: ZoneInfo) -> list[str]:
    if expires_at is None:
        return []
    return [f"{thing(clock).capitalize()} ends: {day_in_words(local_date(expires_at, zone))} ({zone.key})"]


def day_in_words(day: date) -> str:
    return f"{day:%A}, {_spoken(day)}"


def moved_earlier(row: LedgerRow, series: Series | None, zone: ZoneInfo) -> list[str]:
    """Say of a reminder in whose cycle the date moved earlier by how much: somebody may have planned by the old one."""
    if row.key.milestone is None or series is None or series.cycle != row.key.cycle or series.moved_from is None:
        return []
    before, after = local_date(series.moved_from, zone), local_date(series.expires_at, zone)
    return [f"The date moved earlier, from {_spoken(before)} to {_spoken(after)}."] if after < before else []


def thing(clock: Clock) -> str:
    return "license" if clock is Clock.LICENSE else "maintenance"


def _spoken(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def doubts_about(state: InstanceState, clock: Clock, now: datetime) -> list[str]:
    """Say why the date of a clock may not be true any more."""
    if state.observed_at is None:
        return ["the PBX has never been read"]
    doubts = [state.notes[clock]] if clock in state.notes else []
    age = now - state.observed_at
    if age > STALE_AFTER:
        days = age // timedelta(days=1)
        doubts.append(f"the PBX has not answered for {days} day{'s' if days != 1 else ''}")
    return doubts


def last_read(state: InstanceState, doubts: list[str], *, dated: bool) -> str:
    if state.observed_at is None:
        return "This PBX has never been read."
    read = f"Last read: {state.observed_at:%Y-%m-%d %H:%M} UTC"
    if not doubts:
        return read
    return f"{read} - {'; '.join(doubts)}" + (", so this is the last known date" if dated else "")


def what_to_do(row: LedgerRow, renew_url: str | None) -> list[str]:
    if row.key.event is Event.CHANGED:
        return [*listed(row.changes), *[FALL] * bool(fallen(row.changes)), ""]
    if row.key.event is Event.RESOLVED:
        return [SMALLER, *listed(row.changes)] if row.changes else [DONE[row.answer]]
    return [*what_stops(row.key.clock), *([f"Renew: {renew_url}"] if renew_url else [])]


def what_stops(clock: Clock) -> list[str]:
    """Say what happens without a renewal, and what to do."""
    return [LICENSE_STOPS if clock is Clock.LICENSE else MAINTENANCE_STOPS, ACT]


def listed(changes: Iterable[Change]) -> list[str]:
    return [f"- {change.text}" for change in changes]


def called(milestone: int) -> str:
    """Return what a notice of a milestone is called."""
    return "notice of the lapse" if milestone == EXPIRED else f"{milestone}-day reminder"


def why(row: LedgerRow, rules: ReminderRules) -> str:
    if row.key.event is Event.CHANGED:
        return "You get this because the PBX says something else about its license than it did before."
    if row.key.milestone is None:
        return "You get this because you were reminded of the date before."
    ladder = ", ".join(str(days) for days in rules.ladders[row.key.clock].days)
    once = "" if row.key.event is Event.EXPIRED else ", once each"
    return f"This is the {called(row.key.milestone)}; reminders go out {ladder} days before{once}."
