"""Which kinds of channel there are, and how one is made for a route. A further kind is a line in `KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx

from lapsewatch.adapters.channels.webhook.channel import WebhookChannel
from lapsewatch.adapters.channels.webhook.target import target_from
from lapsewatch.adapters.guarded.guard import guarded_transport
from lapsewatch.adapters.secrets import SsmSecret
from lapsewatch.domain.instance import Tls
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outcomes import NotYet, Outcome
from lapsewatch.domain.routes import Route
from lapsewatch.ports import Channel
from lapsewatch.settings import Network

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_ssm.client import SSMClient

type Connect = Callable[[], httpx.AsyncBaseTransport]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channel: what reads its stored target, and what makes it from that and from a way to connect."""

    target_from: Callable[[str], Any]
    channel: Callable[[Callable[[], Any], Connect], Channel]


KINDS: Mapping[str, Kind] = {"webhook": Kind(target_from, WebhookChannel)}


def secret_name(secret_path: str, route: str) -> str:
    """Return the name of the parameter that holds where a route leads to."""
    return f"{secret_path}/notify/{route}"


def channel_of(ssm: SSMClient, secret_path: str, allowed: tuple[Network, ...], route: Route) -> Channel:
    """Return the channel of a route."""
    kind = KINDS.get(route.channel)
    if kind is None:
        return Unknown(route.channel)
    command = "notify webhook" if route.channel == route.name == "webhook" else "fleet apply"
    target = SsmSecret(
        ssm, secret_name(secret_path, route.name), kind.target_from, f"store it with `lapsewatch {command}`"
    )
    return kind.channel(target.content, partial(guarded_transport, Tls(), allowed))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A kind that a later version has declared: its messages wait for that version to come back."""

    name: str

    def send(self, message: Message, now: datetime) -> Outcome:  # noqa: ARG002  of the port
        return NotYet(f"This version knows no channel {self.name}.")
