"""Send events to PagerDuty: it accepts each (202) and works on it afterwards."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.channels.pagerduty.form import form_of
from lapsewatch.adapters.channels.post import Posting, json_posting
from lapsewatch.adapters.channels.posting import PostingChannel
from lapsewatch.adapters.channels.targets import Account, Region
from lapsewatch.domain.messages import Message


class PagerDutyChannel(PostingChannel[Account]):
    """One service."""

    bases: ClassVar[Mapping[Region, str]] = {
        Region.US: "https://events.pagerduty.com",
        Region.EU: "https://events.eu.pagerduty.com",
    }

    def postings(self, target: Account, message: Message, now: datetime) -> dict[str, Posting]:  # noqa: ARG002  of the base
        base, key = self.bases[target.region], {"routing_key": target.key}
        return {name: json_posting(base + call.path, key | call.body) for name, call in form_of(message).items()}


def channel(target: Callable[[], Account], means: Means) -> PagerDutyChannel:
    return PagerDutyChannel(target, means.connect, means.dialing.deadline)
