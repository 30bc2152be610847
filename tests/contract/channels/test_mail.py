"""Mail by an SMTP server over real sockets and real TLS, and by SES."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from botocore.exceptions import ClientError, EndpointConnectionError
from lapsewatch.adapters.channels.email import target
from lapsewatch.adapters.channels.email.channel import NO_SENDER, EmailChannel
from lapsewatch.adapters.channels.email.target import Server, Target
from lapsewatch.adapters.channels.means import Dialing
from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.domain.instance import Tls, Trust
from lapsewatch.domain.late import without_late
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused
from lapsewatch.errors import SettingsError

from local.emulator import Emulator, free_port
from tests.builders import NOW, series, state
from tests.contract.channels.receivers import LOOPBACK, resolve
from tests.contract.tls_server import NAME
from tests.unit.channels.messages import MESSAGES, many, message_of, notice

SENDER = "licenses@example.com"
NOC, DESK = "noc@example.com", "desk@example.com"
PASSWORD = "canary-of-a-password"
REMINDER = MESSAGES["reminder"]


class Inbox:
    """A mail server that answers as it is told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.data: Callable[[EmailMessage], str] = lambda _: "250 OK"

    async def handle_RCPT(  # noqa: N802  the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, EmailMessage, policy=policy.default)
        answer = self.data(mail)
        if answer.startswith("250"):
            self.mails.append(mail)
            self.recipients.append(envelope.rcpt_tos)
        return answer


class Site:
    """A running mail server and how to reach it."""

    def __init__(self, inbox: Inbox, port: int, ca: trustme.CA) -> None:
        self.inbox = inbox
        self.port = port
        self.ca = ca

    def channel(
        self,
        *to: str,
        one_by_one: bool = False,
        password: str | None = None,
        allowed: tuple[Network, ...] = LOOPBACK,
        tls: Tls | None = None,
        deadline: float = 5.0,
    ) -> EmailChannel:
        user = "kim" if password else None
        server = Server(NAME, self.port, SENDER, user, password)
        trusted = tls or Tls(Trust.CA, self.ca.cert_pem.bytes().decode())
        target = Target(to or (NOC,), server, one_by_one)
        return EmailChannel(lambda: target, Dialing(allowed, trusted, resolve, deadline))


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, found: LoginPassword
) -> AuthResult:
    return AuthResult(success=found.password == PASSWORD.encode(), handled=False)


class Knocking(Controller):
    """Looks whether its server is there by TLS, as a client would."""

    def _trigger_server(self) -> None:
        unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unchecked.check_hostname = False
        unchecked.verify_mode = ssl.CERT_NONE
        with socket.create_connection((self.hostname, self.port)) as plain, unchecked.wrap_socket(plain) as secure:
            secure.recv(1)


@contextmanager
def serving(
    monkeypatch: pytest.MonkeyPatch, *, implicit: bool = False, plain: bool = False, name: str = NAME
) -> Iterator[Site]:
    ca, inbox, port = trustme.CA(), Inbox(), free_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)
    if implicit:
        # The number of the port says how TLS begins; here it is another one each time.
        monkeypatch.setattr(target, "IMPLICIT_TLS", port)
    controller = (Knocking if implicit else Controller)(
        inbox,
        hostname="127.0.0.1",
        port=port,
        ssl_context=context if implicit else None,
        tls_context=None if implicit or plain else context,
        require_starttls=not implicit and not plain,
        authenticator=authenticate,
        auth_require_tls=not implicit,
    )
    controller.start()
    try:
        yield Site(inbox, port, ca)
    finally:
        controller.stop()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serving(monkeypatch) as found:
        yield found


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_kind_of_message_arrives_as_text_and_as_html(site: Site, kind: str) -> None:
    outcome = site.channel(NOC, DESK).send(MESSAGES[kind], NOW)

    [mail] = site.inbox.mails
    assert outcome == Delivered(f"{NAME}: SMTP 250")
    assert site.inbox.recipients == [[NOC, DESK]]
    assert (mail["From"], mail["To"]) == (f"Lapsewatch <{SENDER}>", f"{NOC}, {DESK}")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not mail.defects


def test_tls_may_begin_with_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, implicit=True) as site:
        outcome = site.channel(password=PASSWORD).send(REMINDER, NOW)

        assert isinstance(outcome, Delivered), outcome
        assert len(site.inbox.mails) == 1


def test_whoever_has_to_sign_in_does(site: Site) -> None:
    assert isinstance(site.channel(password=PASSWORD).send(REMINDER, NOW), Delivered)


@pytest.mark.fault("N5")
@pytest.mark.fault("C5")
def test_a_wrong_password_is_refused_for_good_and_not_repeated(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    outcome = site.channel(password="canary of another").send(REMINDER, NOW)

    assert outcome == Refused(f"{NAME}: SMTP 535")
    assert "canary" not in f"{outcome} {caplog.text} {Server(NAME, 1, SENDER, 'kim', PASSWORD)} {Target((NOC,))}"


@pytest.mark.fault("N11")
def test_nothing_is_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, plain=True) as site:
        outcome = site.channel().send(REMINDER, NOW)

        assert outcome == Refused(f"{NAME}: it offers no TLS, and nothing is sent in the clear")
        assert site.inbox.mails == []


@pytest.mark.fault("N11")
@pytest.mark.parametrize("implicit", [False, True])
def test_whoever_is_not_the_server_gets_no_mail(monkeypatch: pytest.MonkeyPatch, implicit: bool) -> None:
    with serving(monkeypatch, implicit=implicit, name="other.example") as site:
        outcome = site.channel().send(REMINDER, NOW)

        assert isinstance(outcome, Refused)
        assert outcome.answer.startswith(f"{NAME}: wrong_name")


def test_an_address_inside_is_dialled_only_where_a_setting_allows_it(site: Site) -> None:
    assert site.channel(allowed=()).send(REMINDER, NOW) == Refused(f"{NAME}: blocked_address")
    assert site.inbox.mails == []


@pytest.mark.fault("N11")
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("451 later", NotYet(f"{NAME}: SMTP 451")), ("554 no", Refused(f"{NAME}: SMTP 554"))],
)
def test_what_a_server_says_to_a_mail_decides_whether_it_is_tried_again(
    site: Site, answer: str, outcome: Outcome
) -> None:
    site.inbox.data = lambda _: answer

    assert site.channel().send(REMINDER, NOW) == outcome


@pytest.mark.fault("N5")
def test_a_recipient_who_is_refused_does_not_cost_the_others_their_mail(site: Site) -> None:
    site.inbox.answers[DESK] = "550 no such user"

    outcome = site.channel(DESK, NOC).send(REMINDER, NOW)

    assert outcome == Refused(f"{NAME}: SMTP 550; 1 of 2 parts were taken")
    assert site.inbox.recipients == [[NOC]]


@pytest.mark.fault("N11")
def test_a_recipient_who_has_the_mail_does_not_get_it_again_while_another_is_gray_listed(site: Site) -> None:
    site.inbox.answers[DESK] = "450 gray-listed"
    channel = site.channel(DESK, NOC)

    first = channel.send(REMINDER, NOW)
    del site.inbox.answers[DESK]
    second = channel.send(REMINDER, NOW)

    assert first == NotYet(f"{NAME}: SMTP 450; 1 of 2 parts were taken")
    assert isinstance(second, Delivered)
    assert site.inbox.recipients == [[NOC], [DESK]]


def test_a_desk_gets_a_mail_for_each_notice_of_a_digest_and_a_refused_one_does_not_stop_the_others(site: Site) -> None:
    site.inbox.data = lambda mail: "554 no" if "Cardiology 1:" in mail["Subject"] else "250 OK"

    outcome = site.channel(DESK, one_by_one=True).send(message_of(many(5)), NOW)

    assert isinstance(outcome, Refused)
    assert (outcome.answer, len(outcome.taken)) == (f"{NAME}: SMTP 554; 4 of 5 parts were taken", 4)
    assert len({mail["Subject"].rpartition("[LW-")[2] for mail in site.inbox.mails}) == 4


@pytest.mark.fault("N10")
def test_a_reminder_whose_cycle_is_over_is_in_no_mail(site: Site) -> None:
    late = notice(10)
    message = message_of([late, notice(3, instance_id="contoso", name="Contoso")])

    left = without_late(message, {late.instance_id: state(running=[series(cycle=2)])}, lambda _: False)
    assert left is not None
    site.channel(DESK, one_by_one=True).send(left, NOW)

    assert [mail["Subject"].partition(":")[0] for mail in site.inbox.mails] == ["[WARNING] Contoso"]


@pytest.mark.fault("N11")
def test_a_server_that_is_away_gets_it_later() -> None:
    site = Site(Inbox(), free_port(), trustme.CA())

    assert site.channel().send(REMINDER, NOW) == NotYet(f"{NAME}: unreachable (ECONNREFUSED)")


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greet one byte at a time, without end."""
    while not reader.at_eof():
        writer.write(b"2")
        await writer.drain()
        await asyncio.sleep(0.02)


async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 hello\r\n")
    await reader.readline()
    writer.close()


async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"421 too many\r\n")
    await reader.read()


def send_to(behavior: Callable[..., Any], deadline: float = 0.5) -> Outcome:
    async def sent() -> Outcome:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await behavior(reader, writer)
            except ConnectionError:
                pass
            finally:
                writer.close()

        async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            site = Site(Inbox(), port, trustme.CA())
            return await asyncio.to_thread(site.channel(deadline=deadline).send, REMINDER, NOW)

    return asyncio.run(sent())


@pytest.mark.fault("N11")
@pytest.mark.parametrize("behavior", [silent, dripping])
def test_a_server_that_hangs_costs_the_deadline_and_gets_it_later(behavior: Callable[..., Any]) -> None:
    began = time.monotonic()

    assert send_to(behavior) == NotYet(f"{NAME}: timeout")
    assert time.monotonic() - began < 2.5


@pytest.mark.fault("N11")
def test_a_server_that_hangs_up_or_is_busy_gets_it_later() -> None:
    assert send_to(closing, 3.0) == NotYet(f"{NAME}: unreachable (the connection ended)")
    assert send_to(busy, 3.0) == NotYet(f"{NAME}: SMTP 421")


class Ses:
    """SES as it answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.sent: list[dict[str, Any]] = []

    def send_email(self, **parameters: Any) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(parameters)
        return {"MessageId": "1"}


def said(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "canary"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # what counts
        "SendEmail",
    )


def by_ses(client: Any, *to: str, one_by_one: bool = False, sender: str = SENDER) -> EmailChannel:
    target = Target(to or (NOC,), None, one_by_one)
    return EmailChannel(lambda: target, Dialing(), lambda: client, sender)


def test_ses_takes_a_mail_for_all_recipients_at_once(emulator: Emulator) -> None:
    client = emulator.client("sesv2")
    client.create_email_identity(EmailIdentity=SENDER)

    assert by_ses(client, NOC, DESK).send(REMINDER, NOW) == Delivered("SES: sent")


def test_ses_is_given_the_mail_as_it_is() -> None:
    client = Ses()

    by_ses(client, NOC, DESK).send(REMINDER, NOW)

    [sent] = client.sent
    mail = message_from_bytes(sent["Content"]["Raw"]["Data"], EmailMessage, policy=policy.default)
    assert (sent["FromEmailAddress"], sent["Destination"]) == (SENDER, {"ToAddresses": [NOC, DESK]})
    assert mail["Subject"].startswith("[INFO] Northwind Cardiology: license expires in 10 days [LW-")


@pytest.mark.fault("N5")
@pytest.mark.parametrize(
    "code",
    ["MessageRejected", "MailFromDomainNotVerifiedException", "AccessDeniedException", "SendingPausedException"],
)
def test_what_ses_will_not_have_is_refused_for_good(code: str) -> None:
    assert by_ses(Ses(said(code))).send(REMINDER, NOW) == Refused(f"SES: {code}")


@pytest.mark.fault("N11")
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (said("TooManyRequestsException", 429), "TooManyRequestsException"),
        (said("LimitExceededException"), "LimitExceededException"),
        (said("InternalFailure", 500), "InternalFailure"),
        (EndpointConnectionError(endpoint_url="https://ses.example"), "EndpointConnectionError"),
    ],
)
def test_ses_in_trouble_gets_the_rest_later(error: Exception, why: str) -> None:
    client = Ses()
    channel = by_ses(client, one_by_one=True)
    client.errors = []
    channel.send(message_of(many(2)), NOW)
    client.errors = [error]

    first = channel.send(MESSAGES["digest"], NOW)
    second = channel.send(MESSAGES["digest"], NOW)

    assert first == NotYet(f"SES: {why}; 0 of 7 parts were taken")
    assert isinstance(second, Delivered)
    assert len(client.sent) == 9


def test_without_a_sender_or_a_target_a_mail_waits_and_the_answer_says_what_is_missing() -> None:
    def missing() -> Target:
        raise SettingsError("The secret cannot be read: store it.")

    assert by_ses(Ses(), sender="").send(REMINDER, NOW) == NotYet(NO_SENDER)
    assert EmailChannel(missing, Dialing()).send(REMINDER, NOW) == NotYet("The secret cannot be read: store it.")
