"""What had to wait says the days that are left when it arrives, not those of when it was published."""

from datetime import UTC, date, datetime
from typing import Any

from lapsewatch.domain.days import local_date, zone_named
from lapsewatch.domain.escalation import ESCALATED
from lapsewatch.domain.fields import number, text
from lapsewatch.domain.messages import Document, Message, Told
from lapsewatch.domain.wording import days_in_words
from lapsewatch.errors import SettingsError


def as_of(message: Message, now: datetime) -> Message:
    """Return a message whose reminders count from today; one in which nothing has changed since as it is."""
    return message.retold(_as_of(told, now) for told in message.notices)


def _as_of(told: Told, now: datetime) -> Told:
    document = told.document
    before, found = number(document, "days_left"), _date_of(document)
    if told.trigger is None or before is None or found is None:
        return told
    ends_at, ends_on, today = *found, _today(document, now)
    left = None if today is None else (ends_on - today).days
    lapsed, known = now >= ends_at, [days_in_words(before, lapsed=lapsed) for lapsed in (False, True)]
    if left is None or (left == before and not lapsed):
        return told
    words = days_in_words(left, lapsed=lapsed)
    changed: dict[str, Any] = {"days_left": left}
    headline = text(document, "headline")
    written = next((headline.removesuffix(old) + words for old in known if headline.endswith(old)), headline)
    if written != headline:
        changed |= {"headline": written}
        if whole := text(document, "text"):
            # The text of what escalated has its headline as it was before.
            changed["text"] = whole.replace(headline.removeprefix(ESCALATED), written.removeprefix(ESCALATED))
    return Told(told.event, told.severity, {**document, **changed}, told.trigger)


def _date_of(document: Document) -> tuple[datetime, date] | None:
    try:
        at = datetime.fromisoformat(text(document, "expires_at"))
        return at.astimezone(UTC), date.fromisoformat(text(document, "expires_on"))
    except ValueError:
        return None


def _today(document: Document, now: datetime) -> date | None:
    try:
        return local_date(now, zone_named(text(document, "zone")))
    except SettingsError:
        return None
