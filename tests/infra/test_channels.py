"""What the template says of the queue, the functions and the dead letters of channels."""

import re
from datetime import timedelta

import pytest
from lapsewatch.adapters.channels.post import DEADLINE
from lapsewatch.domain.handovers import TRIES
from lapsewatch.domain.ledger import LONGEST_BACKOFF, backoff
from lapsewatch.notify import ENOUGH_TIME

from tests.infra.template import DOCUMENT, FUNCTIONS, RESOURCES


def test_a_whole_batch_of_messages_to_a_receiver_that_hangs_fits_into_a_run() -> None:
    function = FUNCTIONS["NotifyFunction"]
    batch = function["Events"]["Messages"]["Properties"]["BatchSize"]

    assert function["Timeout"] - (batch - 1) * DEADLINE >= ENOUGH_TIME


@pytest.mark.fault("N11")
def test_a_message_to_a_receiver_in_trouble_is_tried_for_hours_and_for_less_than_the_queue_keeps_it() -> None:
    queue = RESOURCES["NotifyQueue"]["Properties"]
    tries = queue["RedrivePolicy"]["maxReceiveCount"]

    waits = sum((backoff(receives) for receives in range(1, tries)), timedelta())

    assert tries == TRIES
    assert timedelta(hours=6) <= waits
    assert tries * LONGEST_BACKOFF < timedelta(seconds=queue["MessageRetentionPeriod"])


@pytest.mark.fault("N11")
@pytest.mark.fault("S10")
def test_what_nobody_tries_is_heard_of_long_before_the_queue_forgets_it() -> None:
    queue, alarm = RESOURCES["NotifyQueue"]["Properties"], RESOURCES["NotifyWaitingAlarm"]["Properties"]
    tried_for = sum((backoff(receives) for receives in range(1, TRIES)), timedelta())

    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": "NotifyQueue.QueueName"}}]
    assert alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    assert tried_for < timedelta(seconds=alarm["Threshold"]) < timedelta(seconds=queue["MessageRetentionPeriod"]) / 30


@pytest.mark.fault("N11")
def test_the_topic_puts_bare_messages_into_the_queue_and_what_it_cannot_put_there_among_the_dead_letters() -> None:
    subscription = RESOURCES["NotifySubscription"]["Properties"]

    assert subscription["TopicArn"] == {"Ref": "ReminderTopic"}
    assert subscription["Endpoint"] == {"Fn::GetAtt": "NotifyQueue.Arn"}
    assert subscription["RawMessageDelivery"] is True
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": {"Fn::GetAtt": "NotifyDeadLetterQueue.Arn"}}


def test_only_the_topic_may_put_messages_into_the_queue_of_a_channel_and_only_over_tls() -> None:
    policy = RESOURCES["NotifyQueuePolicy"]["Properties"]
    allow, deny = policy["PolicyDocument"]["Statement"]

    assert policy["Queues"] == [{"Ref": "NotifyQueue"}, {"Ref": "NotifyDeadLetterQueue"}]
    assert (allow["Effect"], allow["Principal"], allow["Action"]) == (
        "Allow",
        {"Service": "sns.amazonaws.com"},
        "sqs:SendMessage",
    )
    assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "ReminderTopic"}}}
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})


def test_there_is_nothing_of_channels_unless_they_are_on_by_either_name() -> None:
    parts = {name for name in RESOURCES if name.startswith("Notify")}
    names = ("Channels", "WebhookChannel")

    assert {DOCUMENT["Parameters"][name]["Default"] for name in names} == {"off"}
    assert DOCUMENT["Conditions"]["HasChannels"] == {
        "Fn::Or": [{"Fn::Equals": [{"Ref": name}, "on"]} for name in names]
    }
    assert {name for name, resource in RESOURCES.items() if resource.get("Condition") == "HasChannels"} == parts


def test_channels_may_send_mail_as_the_sender_alone_and_only_where_one_is_named() -> None:
    policy = RESOURCES["SenderPolicy"]
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]

    assert DOCUMENT["Parameters"]["SenderAddress"]["Default"] == ""
    assert policy["Condition"] == "HasSender"
    assert policy["Properties"]["RoleName"] == {"Ref": "NotifyRole"}
    assert (statement["Action"], statement["Condition"]) == (
        "ses:SendEmail",
        {"StringEquals": {"ses:FromAddress": {"Ref": "SenderAddress"}}},
    )
    address, domain = statement["Resource"]
    assert address["Fn::Sub"].endswith(":identity/${SenderAddress}")
    assert domain["Fn::Sub"][0].endswith(":identity/${Domain}")


def test_only_the_policies_that_are_named_here_are_beside_those_of_the_roles() -> None:
    beside = {
        name for name, resource in RESOURCES.items() if resource["Type"] in {"AWS::IAM::RolePolicy", "AWS::IAM::Policy"}
    }

    assert beside == {"SenderPolicy"}


def test_a_sender_is_an_address_that_a_mail_can_have() -> None:
    pattern = DOCUMENT["Parameters"]["SenderAddress"]["AllowedPattern"]

    for address in ("", "licenses@example.com", "a.b+c@sub.example.co.uk"):
        assert re.search(pattern, address)
    for address in ("licenses", "a@b", "a@b.c\r\nBcc: d@e.f", "Desk <a@b.example>", "a@b@c.example"):
        assert not re.search(pattern, address)
