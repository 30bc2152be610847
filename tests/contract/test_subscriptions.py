"""Who the topic reaches by itself, on the emulator's topic."""

from uuid import uuid4

from cli.fleet.routes.subscriptions import SnsSubscriptions, Subscribed, Subscription
from local.emulator import Emulator

SMS = Subscription("sms", "+15550100200")
MAIL = Subscription("email", "noc@msp.example")


def test_a_subscription_is_made_with_its_filter_changed_and_taken_back(emulator: Emulator) -> None:
    sns = emulator.client("sns")
    topic = SnsSubscriptions(sns, sns.create_topic(Name=f"routes-{uuid4().hex[:8]}")["TopicArn"])

    topic.subscribe(SMS, {"severity": ["CRITICAL"], "customer": ["Northwind Health"]})
    made = topic.known([SMS, MAIL])
    arn = made[SMS].arn or ""
    topic.set_filter(arn, {"severity": ["CRITICAL", "WARNING"]})
    changed = topic.known([SMS])
    topic.set_filter(arn, {})
    everything = topic.known([SMS])
    topic.unsubscribe(arn)

    assert made == {SMS: Subscribed(arn, {"severity": ["CRITICAL"], "customer": ["Northwind Health"]})}
    assert changed == {SMS: Subscribed(arn, {"severity": ["CRITICAL", "WARNING"]})}
    assert everything == {SMS: Subscribed(arn, {})}
    assert topic.known([SMS]) == {}
