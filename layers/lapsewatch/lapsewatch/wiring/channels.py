"""How the channel of a route is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapsewatch.adapters.channels.kinds import KINDS
from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.secrets import SsmSecret
from lapsewatch.domain.outcomes import NotYet, Outcome, Refused
from lapsewatch.domain.routes import WEBHOOK, Route
from lapsewatch.ports import Channel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from types_boto3_ssm.client import SSMClient

    from lapsewatch.domain.messages import Message


def secret_name(secret_path: str, route: str) -> str:
    """Return the name of the parameter that holds where a route leads to."""
    return f"{secret_path}/notify/{route}"


def channel_of(ssm: SSMClient, secret_path: str, means: Means, route: Route) -> Channel:
    """Return the channel of a route."""
    kind = KINDS.get(route.channel)
    if kind is None:
        return Unknown(route.channel)
    command = "notify webhook" if route.name == WEBHOOK.name else "fleet apply"
    remedy = f"store it with `lapsewatch {command}`"
    target = SsmSecret(ssm, secret_name(secret_path, route.name), kind.target_from, remedy)
    return Current(kind.channel(target.content, means), target.replaced)


@dataclass(frozen=True, slots=True)
class Current:
    """A channel that leads where its secret says. What an old one was refused for is tried by the new one."""

    channel: Channel
    replaced: Callable[[], bool]

    def send(self, message: Message, now: datetime) -> Outcome:
        outcome = self.channel.send(message, now)
        if isinstance(outcome, Refused) and self.replaced():
            return NotYet(f"{outcome.answer}; its secret was replaced meanwhile", taken=outcome.taken)
        return outcome


@dataclass(frozen=True, slots=True)
class Unknown:
    """A kind that a later version has declared: its messages wait for that version to come back."""

    name: str

    def send(self, message: Message, now: datetime) -> Outcome:  # noqa: ARG002  of the port
        return NotYet(f"This version knows no channel {self.name}.")
