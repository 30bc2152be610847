"""Reminders by mail, without SNS: one message each, to everybody who is named."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from ipaddress import ip_address

from local.own.settings import MailSettings
from local.own.state import Letter

SECONDS = 20.0
FOR_GOOD = 500
TOO_LARGE = 552


class MailError(Exception):
    """A message could not be handed over now; the text says why, without any secret."""


class LetterRefusedError(MailError):
    """The server is well, and did not take this letter."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


class Mailer:
    """One SMTP server."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def send(self, letter: Letter) -> None:
        """Hand a letter over, to all or to nobody; raise MailError if that did not work."""
        host = self._settings.host
        try:
            message = message_of(letter, self._settings)
        except ValueError as error:
            why = f"it cannot be spelled as a mail ({type(error).__name__})"
            raise LetterRefusedError(why, for_good=True) from None
        try:
            with self._connected() as server:
                refused = server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            for_good = all(code >= FOR_GOOD for code, _ in error.recipients.values())
            raise LetterRefusedError(f"{host} refused {', '.join(error.recipients)}", for_good=for_good) from None
        except smtplib.SMTPResponseException as error:
            why = f"{host} answered {error.smtp_code}"
            if isinstance(error, smtplib.SMTPDataError) or error.smtp_code == TOO_LARGE:
                raise LetterRefusedError(why, for_good=error.smtp_code >= FOR_GOOD) from None
            raise MailError(why) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise MailError(f"{self._settings.host}: {_why(error)}") from None
        if refused:
            # The others have it: to send again would tell them twice.
            raise PartlyRefusedError(f"{self._settings.host} refused {', '.join(refused)}")

    def _connected(self) -> smtplib.SMTP:
        settings, context = self._settings, ssl.create_default_context()
        if settings.implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
        try:
            if not settings.implicit_tls:
                self._start_tls(server, context)
            if settings.user is not None:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server

    def _start_tls(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif not _is_here(self._settings.host):
            raise smtplib.SMTPException("it offers no TLS, and nothing is sent in the clear beyond this machine")


class PartlyRefusedError(MailError):
    """Some have the message, others were refused."""


def message_of(letter: Letter, settings: MailSettings) -> EmailMessage:
    """Return a letter as a mail; a copy has the same Message-ID."""
    [sender] = settings.smtp_from
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(settings.smtp_to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Message-ID"] = f"<{hashlib.sha256(letter.event_id.encode()).hexdigest()[:32]}@lapsewatch.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
