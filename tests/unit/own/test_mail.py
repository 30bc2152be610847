"""Reminders by SMTP: handed over once, in plain text, never in the clear beyond this machine."""

import smtplib
import ssl
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from local.emulator import free_port
from local.own.mail import LetterRefusedError, Mailer, MailError, PartlyRefusedError, message_of
from local.own.settings import MailSettings
from local.own.state import Letter

LETTER = Letter("northwind:license:1:10", "[INFO] Müller: license expires in 10 days\r\nBcc: x@evil.example", "Text…\n")


class Inbox:
    """A mail server that answers as it is told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refused: set[str] = set()
        self.answer = "250 OK"

    async def handle_RCPT(  # noqa: N802  the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            raw = envelope.content if isinstance(envelope.content, bytes) else b""
            self.mails.append(message_from_bytes(raw, EmailMessage, policy=policy.default))
            self.recipients.append(envelope.rcpt_tos)
        return self.answer


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, MailSettings]]:
    """Return a running mail server and how to reach it."""
    handler = Inbox()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, settings(f"smtp://127.0.0.1:{port}")
    finally:
        controller.stop()


def settings(url: str, to: str = "noc@example.com, desk@example.com") -> MailSettings:
    return MailSettings.model_validate({"smtp_url": url, "smtp_from": "lapsewatch@example.com", "smtp_to": to})


def test_a_letter_arrives_at_everybody_as_one_mail(inbox: tuple[Inbox, MailSettings]) -> None:
    handler, found = inbox

    Mailer(found).send(LETTER)

    [mail] = handler.mails
    assert mail["Subject"] == "[INFO] Müller: license expires in 10 days Bcc: x@evil.example"
    assert mail.get_content() == "Text…\r\n"
    assert handler.recipients == [["noc@example.com", "desk@example.com"]]
    assert mail["Bcc"] is None


def test_a_copy_can_be_told_by_its_id() -> None:
    found = settings("smtp://127.0.0.1:25")

    first, second = (message_of(LETTER, found)["Message-ID"] for _ in range(2))

    assert first == second
    assert "northwind" not in first


def test_a_server_that_refuses_or_is_busy_is_named_with_its_answer(inbox: tuple[Inbox, MailSettings]) -> None:
    handler, found = inbox
    handler.answer = "451 later"

    with pytest.raises(MailError, match=r"127\.0\.0\.1 answered 451"):
        Mailer(found).send(LETTER)


@pytest.mark.parametrize(("answer", "for_good"), [("554 spam", True), ("552 too large", True), ("451 later", False)])
def test_a_letter_that_is_refused_is_told_from_a_server_that_is_not_well(
    inbox: tuple[Inbox, MailSettings], answer: str, for_good: bool
) -> None:
    handler, found = inbox
    handler.answer = answer

    with pytest.raises(LetterRefusedError) as told:
        Mailer(found).send(LETTER)

    assert told.value.for_good is for_good


def test_a_letter_that_is_no_mail_is_refused_for_good_and_ends_nothing(inbox: tuple[Inbox, MailSettings]) -> None:
    with pytest.raises(LetterRefusedError) as told:
        Mailer(inbox[1]).send(Letter("x", "Subject", "\ud800"))

    assert told.value.for_good


def test_recipients_that_are_refused_are_named(inbox: tuple[Inbox, MailSettings]) -> None:
    handler, found = inbox
    handler.refused = {"desk@example.com"}
    with pytest.raises(PartlyRefusedError, match=r"desk@example\.com"):
        Mailer(found).send(LETTER)
    handler.refused |= {"noc@example.com"}
    with pytest.raises(LetterRefusedError, match=r"noc@example\.com") as told:
        Mailer(found).send(LETTER)

    assert len(handler.mails) == 1
    assert told.value.for_good


def test_a_server_that_is_not_there_is_said_without_any_secret() -> None:
    found = settings("smtp://kim:canary@127.0.0.1:1")

    with pytest.raises(MailError) as told:
        Mailer(found).send(LETTER)

    assert "127.0.0.1: Connection refused" in str(told.value)
    assert "canary" not in str(told.value) + repr(found.smtp_password)


class Plain:
    """A server without TLS."""

    def ehlo(self) -> None: ...

    def has_extn(self, name: str) -> bool:
        return False


@pytest.mark.parametrize(("host", "taken"), [("localhost", True), ("127.0.0.1", True), ("mail.example.com", False)])
def test_nothing_is_sent_in_the_clear_beyond_this_machine(host: str, taken: bool) -> None:
    server: Any = Plain()
    mailer = Mailer(settings(f"smtp://{host}"))

    if taken:
        mailer._start_tls(server, ssl.create_default_context())
    else:
        with pytest.raises(smtplib.SMTPException, match="no TLS"):
            mailer._start_tls(server, ssl.create_default_context())
