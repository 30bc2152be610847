"""A message as people are to read it, whatever shows it. What its document lacks is left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from lapsewatch.domain.changes import Change, fallen
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.digests import loudest
from lapsewatch.domain.fields import address, clock_of, day, number, severity_of, text, texts
from lapsewatch.domain.ledger import Answer, Event
from lapsewatch.domain.lines import one_line
from lapsewatch.domain.messages import Document, Message, Told
from lapsewatch.domain.wording import DONE, FALL, SMALLER, day_in_words, thing, what_stops

SETTLED = "The earlier reminders are settled; none follow."
LINK = "Status page: "
"""What introduces the address that a card has beside its lines."""
NO_HEADLINE = "A notice from Lapsewatch"


@dataclass(frozen=True, slots=True)
class Item:
    """One notice. All its texts are single lines."""

    event: Event
    severity: Severity
    event_id: str
    dedup_key: str
    instance_id: str
    clock: Clock | None
    cycle: int | None
    occurred_at: str
    """An instant as it is written in documents; empty if it is not known."""
    headline: str
    facts: tuple[tuple[str, str], ...]
    """Each with what it is called."""
    remarks: tuple[str, ...]
    advice: tuple[str, ...]
    page_url: str | None
    renew_url: str | None
    acknowledge_url: str | None
    """Where whoever reads it can say that somebody cares, if that is offered."""

    @property
    def links(self) -> list[tuple[str, str]]:
        """Where it leads to, each with what that is called."""
        page = "Open to refresh" if self.event in {Event.REMINDER, Event.EXPIRED} else "Open"
        links = (("Renew", self.renew_url), (page, self.page_url), ("Acknowledge", self.acknowledge_url))
        return [(name, url) for name, url in links if url]

    @property
    def known(self) -> list[str]:
        """What is known of it, a line each."""
        return [*(f"{name}: {value}" for name, value in self.facts), *self.remarks]

    @property
    def details(self) -> list[str]:
        """What is known and what to do, a line each."""
        return [*self.known, *self.advice]


@dataclass(frozen=True, slots=True)
class Card:
    """One message: about a notice, about several, the most urgent first, or about none."""

    event_id: str
    severity: Severity
    headline: str
    lines: tuple[str, ...]
    """What else a message says that is about no notice."""
    items: tuple[Item, ...]
    page_url: str | None

    @property
    def links(self) -> list[tuple[str, str]]:
        """Where the whole leads to: that of its only notice, or just to the page."""
        if len(self.items) == 1:
            return self.items[0].links
        return [("Open", self.page_url)] if self.page_url else []


def card_of(message: Message) -> Card:
    items = tuple(item_of(told) for told in message.notices)
    document = message.document
    first, *rest = [*_lines(document), NO_HEADLINE]
    single = items[0] if len(items) == 1 else None
    return Card(
        event_id=message.event_id,
        severity=severity_of(document) or loudest([Severity.INFO, *(item.severity for item in items)]),
        headline=single.headline if single else first.removesuffix("."),
        lines=() if items else tuple(rest[:-1]),
        items=items,
        page_url=address(document, "page_url"),
    )


def _lines(document: Document) -> Iterator[str]:
    lines = map(one_line, text(document, "text").splitlines())
    yield from (line for line in lines if line and not line.startswith(LINK))


def item_of(told: Told) -> Item:
    document = told.document
    clock, changes = clock_of(document), tuple(_changes(document))
    return Item(
        event=told.event,
        severity=told.severity,
        event_id=text(document, "event_id"),
        dedup_key=text(document, "dedup_key") or f"lapsewatch:{text(document, 'instance_id')}:{clock or 'changes'}",
        instance_id=text(document, "instance_id"),
        clock=clock,
        cycle=number(document, "cycle"),
        occurred_at=text(document, "occurred_at"),
        headline=_headline(document),
        facts=tuple(_facts(document, clock)),
        remarks=tuple(
            map(one_line, [*_escalation(document), *texts(document, "doubts"), *(change.text for change in changes)])
        ),
        advice=tuple(_advice(told.event, clock, changes, dated=day(document) is not None)),
        page_url=address(document, "page_url"),
        renew_url=address(document, "renew_url") if told.trigger else None,
        acknowledge_url=address(document, "acknowledge_url") if told.trigger else None,
    )


def _headline(document: Document) -> str:
    written = (text(document, "headline"), *text(document, "text").splitlines()[:1], text(document, "name"))
    return next(filter(None, map(one_line, written)), NO_HEADLINE).removesuffix(".")


def _facts(document: Document, clock: Clock | None) -> Iterator[tuple[str, str]]:
    name, fqdn = one_line(text(document, "name")), one_line(text(document, "fqdn"))
    if name or fqdn:
        yield "Instance", f"{name} ({fqdn})" if name and fqdn else name or fqdn
    if customer := one_line(text(document, "customer")):
        yield "Customer", customer
    if (ends_on := day(document)) and clock:
        zone, left = one_line(text(document, "zone")), number(document, "days_left")
        when = day_in_words(ends_on) + (f" ({zone})" if zone else "")
        ends = "ended" if _is_over(document, left) else "ends"
        yield f"{thing(clock).capitalize()} {ends}", when if left is None else f"{when}, {_left(left)}"


def _is_over(document: Document, left: int | None) -> bool:
    return (left is not None and left < 0) or text(document, "event") == Event.EXPIRED


def _escalation(document: Document) -> Iterator[str]:
    if told := text(document, "escalation"):
        yield told


def _left(left: int) -> str:
    if left == 0:
        return "today"
    days = f"{abs(left)} day{'s' if abs(left) != 1 else ''}"
    return f"{days} left" if left > 0 else f"{days} ago"


def _advice(event: Event, clock: Clock | None, changes: tuple[Change, ...], *, dated: bool) -> list[str]:
    if event is Event.CHANGED:
        return [FALL] if fallen(changes) else []
    if event is Event.RESOLVED:
        # What fell stands among the remarks.
        return [SMALLER.removesuffix(":") + "."] if changes else [DONE[Answer.RENEWED] if dated else SETTLED]
    return what_stops(clock) if clock else []


def _changes(document: Document) -> Iterator[Change]:
    found = document.get("changes")
    for change in found if isinstance(found, list) else []:
        if isinstance(change, dict):
            yield Change(*(text(change, name) for name in ("fact", "before", "after")))
