"""Send messages as mail, by an SMTP server or by SES, and say what became of them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from lapsewatch.adapters.channels.email import ses, smtp
from lapsewatch.adapters.channels.email.form import form_of
from lapsewatch.adapters.channels.email.smtp import Envelope
from lapsewatch.adapters.channels.email.target import Target
from lapsewatch.adapters.channels.means import Dialing, Means
from lapsewatch.adapters.channels.parts import Parts
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import NotYet, Outcome
from lapsewatch.errors import SettingsError

NO_SENDER = "SES has no sender: deploy with SenderAddress, or give the email target a server."


class EmailChannel:
    """Some recipients. Who has a mail already does not get it again while the others are tried."""

    def __init__(
        self,
        target: Callable[[], Target],
        dialing: Dialing,
        ses_client: Callable[[], ses.SesClient] | None = None,
        sender: str = "",
    ) -> None:
        self._target = target
        self._dialing = dialing
        self._ses = ses_client
        self._sender = sender
        self._parts = Parts()

    def send(self, message: Message, now: datetime) -> Outcome:
        """Send the mails of a message, each to each recipient once."""
        try:
            target = self._target()
            sender, hand_over = self._carrier(target)
        except SettingsError as error:
            return NotYet(str(error))
        mails = form_of(message, sender, target.to, now, one_by_one=target.one_by_one)
        envelopes = {f"{mail.name} {address}": (mail, address) for mail in mails for address in target.to}
        return self._parts.send(message.event_id, envelopes, hand_over, lambda name: name.partition(" ")[0])

    def _carrier(self, target: Target) -> tuple[str, Callable[[Mapping[str, Envelope]], Mapping[str, Outcome]]]:
        """Return as whom to send, and how."""
        if (server := target.server) is not None:
            return server.sender, lambda envelopes: smtp.hand_over(server, self._dialing, envelopes)
        if self._ses is None or not self._sender:
            raise SettingsError(NO_SENDER)
        client = self._ses()
        return self._sender, lambda envelopes: ses.hand_over(client, self._sender, envelopes, self._dialing.deadline)


def channel(target: Callable[[], Target], means: Means) -> EmailChannel:
    return EmailChannel(target, means.dialing, means.ses, means.sender)
