"""Hand mails to SES, which sends them as an identity of the account."""

from collections.abc import Mapping
from time import monotonic
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from lapsewatch.adapters.channels.email.smtp import Envelope
from lapsewatch.adapters.channels.post import DEADLINE
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused

HOST = "SES"
PASSING = frozenset({"LimitExceededException", "ThrottlingException", "TooManyRequestsException"})
"""Too much at a time or within a day; what else is wrong with a request stays so until somebody acts."""
SERVER_ERROR = 500


class SesClient(Protocol):
    """What is needed of the client of SESv2."""

    def send_email(self, **parameters: Any) -> Any:
        """Send one mail."""
        ...


def hand_over(
    client: SesClient, sender: str, envelopes: Mapping[str, Envelope], deadline: float = DEADLINE
) -> dict[str, Outcome]:
    """Return what became of each envelope; those after one that was not taken yet were not tried."""
    outcomes: dict[str, Outcome] = {}
    ends = monotonic() + deadline
    mails = {mail.name: mail for mail, _ in envelopes.values()}
    for mail in mails.values():
        recipients = {name: address for name, (other, address) in envelopes.items() if other.name == mail.name}
        if monotonic() >= ends:
            outcome: Outcome = NotYet(f"{HOST}: timeout")
        else:
            outcome = _sent(client, sender, list(recipients.values()), mail.data)
        outcomes.update(dict.fromkeys(recipients, outcome))
        if isinstance(outcome, NotYet):
            break
    return outcomes


def _sent(client: SesClient, sender: str, to: list[str], data: bytes) -> Outcome:
    try:
        client.send_email(FromEmailAddress=sender, Destination={"ToAddresses": to}, Content={"Raw": {"Data": data}})
    except ClientError as error:
        code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        passing = code in PASSING or status >= SERVER_ERROR
        return NotYet(f"{HOST}: {code}") if passing else Refused(f"{HOST}: {code}")
    except BotoCoreError as error:
        return NotYet(f"{HOST}: {type(error).__name__}")
    return Delivered(f"{HOST}: sent")
