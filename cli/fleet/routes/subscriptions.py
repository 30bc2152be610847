"""Routes that the topic serves by itself: subscriptions with a filter made from what the route takes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from lapsewatch.adapters.sns import attribute_value
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.routes import LOUDNESS, Route

type Filter = Mapping[str, Sequence[str]]

MOST_COMBINATIONS = 150
"""How many values a filter may combine, by the quotas of SNS."""
UNCONFIRMED = frozenset({"PendingConfirmation", "pending confirmation"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody whom the topic reaches by itself."""

    protocol: str
    address: str

    def __str__(self) -> str:
        return f"{self.protocol} {self.address}"


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as it is; without a name of its own it is not confirmed yet."""

    arn: str | None
    filter: Filter = field(default_factory=dict)


def filter_of(route: Route, fleet: Sequence[Instance]) -> Filter:
    """Return the filter of a route's subscriptions; raise ValueError if it is more than the topic understands.

    A default hears everything: the topic does not know what other routes took, and too much is better than silence.
    """
    if route.default:
        return {}
    match = route.match
    tagged = [item.instance_id for item in fleet if match.tags & item.tags]
    if match.tags and not tagged:
        raise ValueError(f"match.tags: no instance has any of {', '.join(sorted(match.tags))}")
    severities = [severity.value for severity, loudness in LOUDNESS.items() if loudness >= LOUDNESS[match.severity]]
    asked = {
        "event": [news.value for news in match.news],
        "severity": severities if len(severities) < len(LOUDNESS) else [],
        "customer": [attribute_value(customer) for customer in match.customers],
        "clock": [clock.value for clock in match.clocks],
        "instance_id": tagged,
    }
    found = {name: sorted(values) for name, values in asked.items() if values}
    if prod(len(values) for values in found.values()) > MOST_COMBINATIONS:
        raise ValueError(
            f"match: the topic filters by {MOST_COMBINATIONS} combinations at most, and each instance with the tag is "
            "one: name fewer customers or tags, or split the route"
        )
    return found


class SnsSubscriptions:
    """The subscriptions of the reminder topic."""

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def known(self, wanted: Iterable[Subscription]) -> dict[Subscription, Subscribed]:
        """Return those of these that there are."""
        asked, found = set(wanted), {}
        if not asked:
            return {}
        for page in self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic_arn):
            for item in page["Subscriptions"]:
                subscription = Subscription(item["Protocol"], item["Endpoint"])
                if subscription in asked:
                    found[subscription] = self._subscribed(item["SubscriptionArn"])
        return found

    def subscribe(self, subscription: Subscription, asked: Filter) -> None:
        self._client.subscribe(
            TopicArn=self._topic_arn,
            Protocol=subscription.protocol,
            Endpoint=subscription.address,
            Attributes={"FilterPolicy": json.dumps(asked)} if asked else {},
        )

    def set_filter(self, arn: str, asked: Filter) -> None:
        self._client.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue=json.dumps(asked)
        )

    def unsubscribe(self, arn: str) -> None:
        self._client.unsubscribe(SubscriptionArn=arn)

    def _subscribed(self, arn: str) -> Subscribed:
        if not arn.startswith("arn:") or arn in UNCONFIRMED:
            return Subscribed(None)
        attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        if attributes.get("PendingConfirmation") == "true":
            return Subscribed(None)
        policy = json.loads(attributes.get("FilterPolicy") or "{}")
        return Subscribed(arn, {name: sorted(values) for name, values in policy.items()})
