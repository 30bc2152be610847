"""A message as mail: a subject, a text, and the same as HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from lapsewatch.adapters.channels.email.threads import own_name, thread, token
from lapsewatch.domain.cards import Card, Item, card_of
from lapsewatch.domain.lines import cut
from lapsewatch.domain.messages import Message

SUBJECT = 150
NAME = "Lapsewatch"
ITEMS = 200
"""How many notices of a digest have room, far below what mail servers take."""
RULE = "-" * 40
WIDE = 200
"""Letters of a line in which every subject fits; a mail may have 998."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail before it is known by whom it is carried."""

    name: str
    """The `event_id` of what it is about."""
    content: EmailMessage

    @property
    def data(self) -> bytes:
        # Folded, a subject would begin with a blank for some; only one that has to be encoded is.
        wide = str(self.content["Subject"]).isascii()
        return self.content.as_bytes(policy=SMTP.clone(max_line_length=WIDE) if wide else SMTP)


def form_of(message: Message, sender: str, to: tuple[str, ...], now: datetime, *, one_by_one: bool) -> list[Mail]:
    """Return the mails of a message: one, or one for each notice, the most urgent first."""
    card = card_of(message)
    cards = [_alone(item) for item in card.items] if one_by_one and card.items else [card]
    return [Mail(card.event_id, _mail(card, sender, to, now)) for card in cards]


def _alone(item: Item) -> Card:
    return Card(item.event_id, item.severity, item.headline, (), (item,), item.page_url)


def _mail(card: Card, sender: str, to: tuple[str, ...], now: datetime) -> EmailMessage:
    domain = sender.partition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(NAME, addr_spec=sender)
    mail["To"] = [Address(addr_spec=address) for address in to]
    mail["Subject"] = f"{cut(f'[{card.severity}] {card.headline}', SUBJECT)} {token(card)}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{own_name(card)}@{domain}>"
    if name := thread(card):
        # Nobody ever sent the mail of this name: it is what all that belong together point to.
        mail["In-Reply-To"] = mail["References"] = f"<{name}@{domain}>"
    mail.set_content("\n".join(text_lines(card)) + "\n", cte="quoted-printable")
    mail.add_alternative(html_of(card), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"lapsewatch-{own_name(card)}")
    return mail


def text_lines(card: Card) -> Iterator[str]:
    yield f"{card.headline}."
    for item in card.items[:ITEMS]:
        if len(card.items) > 1:
            yield from ("", RULE, f"[{item.severity}] {item.headline}")
        yield from ("", *item.known)
        yield from ("", *item.advice)
        yield from ("", *(f"{name}: {url}" for name, url in item.links))
    if len(card.items) > ITEMS:
        yield from ("", f"... and {len(card.items) - ITEMS} more.")
    if card.lines:
        yield from ("", *card.lines)
    if card.page_url and len(card.items) != 1:
        yield from ("", f"Status page: {card.page_url}")


def html_of(card: Card) -> str:
    # Imported here because most channels send no mail, and it brings all that renders pages with it.
    from lapsewatch.adapters.pages.engine import page  # noqa: PLC0415

    return page("mail", card=card, items=card.items[:ITEMS], more=max(len(card.items) - ITEMS, 0))
