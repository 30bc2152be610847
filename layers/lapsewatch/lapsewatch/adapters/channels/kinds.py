"""Every kind of channel: how its target is read, and how one is made of that and of what they all share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lapsewatch.adapters.channels.email import target as email
from lapsewatch.adapters.channels.email.channel import EmailChannel
from lapsewatch.adapters.channels.email.dialing import Dialing
from lapsewatch.adapters.channels.email.ses import SesClient
from lapsewatch.adapters.channels.opsgenie import target as opsgenie
from lapsewatch.adapters.channels.opsgenie.channel import OpsgenieChannel
from lapsewatch.adapters.channels.pagerduty import target as pagerduty
from lapsewatch.adapters.channels.pagerduty.channel import PagerDutyChannel
from lapsewatch.adapters.channels.post import Connect
from lapsewatch.adapters.channels.slack import target as slack
from lapsewatch.adapters.channels.slack.channel import SlackChannel
from lapsewatch.adapters.channels.teams import target as teams
from lapsewatch.adapters.channels.teams.channel import TeamsChannel
from lapsewatch.adapters.channels.webhook import target as webhook
from lapsewatch.adapters.channels.webhook.channel import WebhookChannel
from lapsewatch.adapters.guarded.exchange import Line, Origin
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.ports import Channel


@dataclass(frozen=True, slots=True)
class Means:
    """What channels are made with, whatever their kind."""

    dialing: Dialing = field(default_factory=Dialing)
    ses: Callable[[], SesClient] | None = None
    sender: str = ""
    """As whom SES sends; empty where it does not."""

    def connect(self, origin: Origin) -> Line:
        return guarded_line(origin, self.dialing.tls, self.dialing.allowed, self.dialing.resolve)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of channel."""

    target_from: Callable[[str], Any]
    """Reads a stored target; raises SettingsError that names what is wrong."""
    channel: Callable[[Callable[[], Any], Means], Channel]
    """Makes a channel of what gives the target, anew for each message: it may be replaced at any time."""


def _posting(make: Callable[[Callable[[], Any], Connect, float], Channel]) -> Callable[..., Channel]:
    return lambda target, means: make(target, means.connect, means.dialing.deadline)


def _email(target: Callable[[], email.Target], means: Means) -> Channel:
    return EmailChannel(target, means.dialing, means.ses, means.sender)


KINDS: Mapping[str, Kind] = {
    webhook.KIND: Kind(webhook.target_from, _posting(WebhookChannel)),
    slack.KIND: Kind(slack.target_from, _posting(SlackChannel)),
    teams.KIND: Kind(teams.target_from, _posting(TeamsChannel)),
    pagerduty.KIND: Kind(pagerduty.target_from, _posting(PagerDutyChannel)),
    opsgenie.KIND: Kind(opsgenie.target_from, _posting(OpsgenieChannel)),
    email.KIND: Kind(email.target_from, _email),
}
