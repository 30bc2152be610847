"""Open and close alerts of Opsgenie: it accepts each request (202) and works on it afterwards."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.channels.opsgenie.form import form_of
from lapsewatch.adapters.channels.post import Posting, json_posting
from lapsewatch.adapters.channels.posting import PostingChannel
from lapsewatch.adapters.channels.targets import Account, Region
from lapsewatch.domain.messages import Message


class OpsgenieChannel(PostingChannel[Account]):
    """One integration."""

    bases: ClassVar[Mapping[Region, str]] = {
        Region.US: "https://api.opsgenie.com",
        Region.EU: "https://api.eu.opsgenie.com",
    }

    def postings(self, target: Account, message: Message, now: datetime) -> dict[str, Posting]:  # noqa: ARG002  of the base
        base, key = self.bases[target.region], {"Authorization": f"GenieKey {target.key}"}
        return {name: json_posting(base + call.path, call.body, key) for name, call in form_of(message).items()}


def channel(target: Callable[[], Account], means: Means) -> OpsgenieChannel:
    return OpsgenieChannel(target, means.connect, means.dialing.deadline)
