"""Hand mails to an SMTP server: over a guarded connection, never in the clear, within a deadline."""

import smtplib
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic

from lapsewatch.adapters.channels.email.dialing import dialed
from lapsewatch.adapters.channels.email.form import Mail
from lapsewatch.adapters.channels.email.target import Server
from lapsewatch.adapters.channels.means import Dialing
from lapsewatch.adapters.channels.post import unanswered
from lapsewatch.adapters.guarded.failures import Cause, Failure, GuardedError, failure_of
from lapsewatch.adapters.guarded.tls import context_for
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused

TAKEN = frozenset({250, 251})
TRANSIENT = range(400, 500)
"""Answers that pass; of all others that are no yes, nobody says so."""
NO_TLS = "it offers no TLS, and nothing is sent in the clear"

type Envelope = tuple[Mail, str]
"""A mail and one of those who are to get it."""


def hand_over(server: Server, dialing: Dialing, envelopes: Mapping[str, Envelope]) -> dict[str, Outcome]:
    """Return what became of each envelope; those after a lost connection were not tried, and have no outcome."""
    outcomes: dict[str, Outcome] = {}
    ends = monotonic() + dialing.deadline
    try:
        with _session(server, dialing, ends) as session:
            for mail, names in _by_mail(envelopes):
                _mail(session, server, mail, {name: envelopes[name][1] for name in names}, outcomes)
    except (GuardedError, OSError) as error:
        cut_short = next((name for name in envelopes if name not in outcomes), None)
        if cut_short is not None:
            outcomes[cut_short] = _lost(server.host, error, late=monotonic() >= ends)
    return outcomes


def _by_mail(envelopes: Mapping[str, Envelope]) -> Iterator[tuple[Mail, list[str]]]:
    names: dict[str, list[str]] = {}
    for name, (mail, _) in envelopes.items():
        names.setdefault(mail.name, []).append(name)
    for some in names.values():
        yield envelopes[some[0]][0], some


def _mail(
    session: smtplib.SMTP, server: Server, mail: Mail, recipients: Mapping[str, str], outcomes: dict[str, Outcome]
) -> None:
    """Send one mail to those who are let get it; whom the server refuses costs the others nothing."""
    code, _ = session.mail(server.sender)
    if code not in TAKEN:
        outcomes.update(dict.fromkeys(recipients, _by_code(server.host, code)))
        session.rset()
        return
    answers = {name: session.rcpt(address)[0] for name, address in recipients.items()}
    accepted = [name for name, code in answers.items() if code in TAKEN]
    code = _data(session, mail.data) if accepted else session.rset()[0]
    outcomes.update({name: _by_code(server.host, answers[name]) for name in recipients if name not in accepted})
    outcomes.update(dict.fromkeys(accepted, _by_code(server.host, code)))


def _data(session: smtplib.SMTP, data: bytes) -> int:
    try:
        return session.data(data)[0]
    except smtplib.SMTPDataError as error:
        session.rset()
        return error.smtp_code


def _by_code(host: str, code: int) -> Outcome:
    told = f"{host}: SMTP {code}"
    if code in TAKEN:
        return Delivered(told)
    return NotYet(told) if code in TRANSIENT or code < 0 else Refused(told)


def _lost(host: str, error: Exception, *, late: bool) -> Outcome:
    """Return what it means that a session ended before its time; nothing of what a server said is repeated."""
    if late:
        return unanswered(host, Failure(Cause.TIMEOUT))
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(host, error.smtp_code)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return unanswered(host, Failure(Cause.UNREACHABLE, "the connection ended"))
    if isinstance(error, smtplib.SMTPException):
        return Refused(f"{host}: {error}")
    return unanswered(host, failure_of(error))


@contextmanager
def _session(server: Server, dialing: Dialing, ends: float) -> Iterator[smtplib.SMTP]:
    with dialed(server, dialing, ends) as connection:
        session = _Session(server, connection)
        try:
            session.ehlo_or_helo_if_needed()
            if not server.implicit_tls:
                _start_tls(session, dialing)
            if server.user is not None and server.password is not None:
                session.login(server.user, server.password)
            yield session
        finally:
            # What was taken is taken, whether or not the server says goodbye.
            with suppress(OSError):
                session.quit()
            session.close()


def _start_tls(session: smtplib.SMTP, dialing: Dialing) -> None:
    if not session.has_extn("starttls"):
        raise smtplib.SMTPNotSupportedError(NO_TLS)
    session.starttls(context=context_for(dialing.tls))
    session.ehlo_or_helo_if_needed()


class _Session(smtplib.SMTP):
    """A session over a connection that stands already.

    smtplib asks `_get_socket` for one, which is private, though it makes room for TLS by it itself: a test asserts
    that nothing is dialled but what was checked.
    """

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self._connection = connection
        # By the name of the sender: to find one of its own, smtplib would look this machine up.
        super().__init__(server.host, server.port, server.sender.partition("@")[2])

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002  the interface of smtplib
        return self._connection
