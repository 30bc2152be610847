"""What linters do not see in the template: who may do what, where failures go, and what is kept."""

from typing import Any

import pytest
from lapsewatch.domain.ledger import LEASE

from tests.conftest import fleet_table
from tests.infra.template import DOCUMENT, FUNCTIONS, RESOURCES, actions, of_type, statements

PARAMETERS = "parameter/lapsewatch/${AWS::StackName}"
SECRETS = {
    "PollFunction": {f"{PARAMETERS}/pbx/*"},
    "ApiFunction": {f"{PARAMETERS}/pbx/*", f"{PARAMETERS}/session-key"},
    "NotifyFunction": {f"{PARAMETERS}/notify/*"},
}


def test_each_function_may_do_exactly_what_it_needs() -> None:
    write = {"dynamodb:UpdateItem", "dynamodb:PutItem"}

    assert {name: actions(name) for name in FUNCTIONS} == {
        "PollDispatchFunction": {"dynamodb:Query", "dynamodb:UpdateItem", "sqs:SendMessage"},
        "PollFunction": {"dynamodb:BatchGetItem", "ssm:GetParameters", "lambda:InvokeFunction"} | write,
        "RemindFunction": {"dynamodb:Query", "dynamodb:GetItem", "dynamodb:BatchGetItem", "sns:Publish"} | write,
        "ReportFunction": {
            "dynamodb:Query",
            "dynamodb:BatchGetItem",
            "dynamodb:UpdateItem",
            "s3:GetObject",
            "s3:PutObject",
            "sns:GetTopicAttributes",
            "sqs:GetQueueAttributes",
        },
        "ApiFunction": {
            "dynamodb:Query",
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "s3:GetObject",
            "ssm:GetParameter",
            "ssm:GetParameters",
            "lambda:InvokeFunction",
        }
        | write,
        "NotifyFunction": {
            "dynamodb:BatchGetItem",
            "ssm:GetParameter",
            "sqs:ChangeMessageVisibility",
            "sqs:SendMessage",
        },
    }


def test_no_function_is_allowed_everything_anywhere() -> None:
    for name in FUNCTIONS:
        for statement in statements(name):
            assert statement["Resource"] != "*"
            assert not any("*" in action for action in actions(name))


def test_each_function_can_read_the_secrets_that_it_needs_and_no_others() -> None:
    readers = {name for name in FUNCTIONS if any(action.startswith("ssm:") for action in actions(name))}

    assert readers == set(SECRETS)
    for name, paths in SECRETS.items():
        [secrets] = [statement for statement in statements(name) if "ssm:" in str(statement["Action"])]
        resources = secrets["Resource"] if isinstance(secrets["Resource"], list) else [secrets["Resource"]]
        assert {resource["Fn::Sub"].partition("${AWS::AccountId}:")[2] for resource in resources} == paths


def test_no_function_gets_a_secret_by_its_environment() -> None:
    for properties in FUNCTIONS.values():
        for name in properties["Environment"]["Variables"]:
            assert not any(word in name for word in ("PASSWORD", "TOKEN", "CREDENTIAL", "KEY"))


def test_every_function_stays_within_256_megabytes() -> None:
    assert DOCUMENT["Globals"]["Function"]["MemorySize"] <= 256
    assert not any("MemorySize" in properties for properties in FUNCTIONS.values())


def test_the_lease_on_a_reminder_outlives_a_run() -> None:
    assert LEASE.total_seconds() >= FUNCTIONS["RemindFunction"]["Timeout"] + 60


def test_every_schedule_retries_and_has_a_dead_letter_queue() -> None:
    schedules = of_type("AWS::Scheduler::Schedule")

    assert set(schedules) == {"PollSchedule", "RemindSchedule", "ReportSchedule"}
    for properties in schedules.values():
        assert properties["FlexibleTimeWindow"]["Mode"] == "OFF"
        assert properties["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert properties["Target"]["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": "ScheduleDeadLetterQueue.Arn"}


@pytest.mark.fault("S10")
def test_every_queue_has_dead_letters_or_is_for_them_and_those_raise_an_alarm() -> None:
    queues = of_type("AWS::SQS::Queue")
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    watched = {alarm["Dimensions"][0]["Value"]["Fn::GetAtt"] for alarm in alarms if alarm["Namespace"] == "AWS/SQS"}

    for name, properties in queues.items():
        assert "RedrivePolicy" in properties or f"{name}.QueueName" in watched


def test_the_page_is_told_of_every_dead_letter_queue() -> None:
    urls = FUNCTIONS["ReportFunction"]["Environment"]["Variables"]["DEAD_LETTER_QUEUE_URLS"]["Fn::Join"][1]
    dead = {name for name, properties in of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in properties}

    assert {_unless_off(url)["Ref"] for url in urls} == dead


ALARMS = {
    "NoSubscriberAlarm": ("report", "SubscribersConfirmed", "LessThanThreshold", 1, "breaching"),
    "RemindLateAlarm": ("report", "RemindLate", "GreaterThanThreshold", 0, "breaching"),
    "PollLateAlarm": ("report", "PollLate", "GreaterThanThreshold", 0, "breaching"),
    "DeadReminderAlarm": ("remind", "Dead", "GreaterThanThreshold", 0, "notBreaching"),
    "TopicClosedAlarm": ("remind", "Held", "GreaterThanThreshold", 0, "notBreaching"),
    "BacklogAlarm": ("remind", "Backlog", "GreaterThanThreshold", 0, "notBreaching"),
}
"""By name: who counts it, what, how it compares, with what, and what silence means."""


@pytest.mark.fault("N5")
@pytest.mark.fault("N6")
@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_hears_what_its_function_counts(name: str) -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")[name]
    service, metric, comparison, threshold, silence = ALARMS[name]
    services = {found["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for found in FUNCTIONS.values()}
    every = DOCUMENT["Globals"]["Function"]["Environment"]["Variables"]

    assert service in services
    assert alarm["Dimensions"] == [{"Name": "service", "Value": service}]
    assert alarm["Namespace"] == every["POWERTOOLS_METRICS_NAMESPACE"]
    assert (alarm["MetricName"], alarm["ComparisonOperator"], alarm["Threshold"]) == (metric, comparison, threshold)
    assert alarm["TreatMissingData"] == silence


def test_every_alarm_speaks_to_operators_and_says_what_to_do() -> None:
    for alarm in of_type("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": "OpsTopic"}]
        assert len(alarm["AlarmDescription"]) > 40


@pytest.mark.fault("S6")
def test_a_remind_run_that_failed_is_heard_and_not_repeated_before_its_schedule() -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")["RemindErrorAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "RemindFunction"}}]
    assert FUNCTIONS["RemindFunction"]["EventInvokeConfig"] == {"MaximumRetryAttempts": 0}


@pytest.mark.parametrize(("function", "queue"), [("PollFunction", "PollQueue"), ("NotifyFunction", "NotifyQueue")])
def test_a_batch_in_progress_is_not_handed_out_again(function: str, queue: str) -> None:
    worker = FUNCTIONS[function]
    [source] = [event["Properties"] for event in worker["Events"].values()]

    assert source["Queue"] == {"Fn::GetAtt": f"{queue}.Arn"}
    assert RESOURCES[queue]["Properties"]["VisibilityTimeout"] >= 6 * worker["Timeout"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_data_outlives_the_stack() -> None:
    for name in ("FleetTable", "ReportBucket"):
        assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    table = RESOURCES["FleetTable"]["Properties"]
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["DeletionProtectionEnabled"]


def test_the_table_has_the_keys_and_indexes_that_the_stores_were_tested_on() -> None:
    table = RESOURCES["FleetTable"]["Properties"]

    assert {name: table[name] for name in fleet_table()} == fleet_table()


def test_the_gateway_keeps_no_log_of_paths_since_the_address_of_a_feed_is_its_token() -> None:
    for stage in of_type("AWS::ApiGatewayV2::Stage").values():
        assert "AccessLogSettings" not in stage
        assert "LoggingLevel" not in stage["DefaultRouteSettings"]


def test_the_bucket_is_private_and_takes_only_tls() -> None:
    bucket = RESOURCES["ReportBucket"]["Properties"]
    [statement] = RESOURCES["ReportBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_only_this_account_may_publish_or_subscribe() -> None:
    allow, deny = RESOURCES["ReminderTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert allow["Effect"] == "Allow"
    assert "${AWS::AccountId}" in str(allow["Principal"])
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_every_parameter_has_its_place_among_the_questions() -> None:
    groups = DOCUMENT["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    placed = [name for group in groups for name in group["Parameters"]]

    assert sorted(placed) == sorted(DOCUMENT["Parameters"])


@pytest.mark.fault("C1")
def test_every_free_text_parameter_has_a_pattern_and_every_parameter_a_description() -> None:
    for name, parameter in DOCUMENT["Parameters"].items():
        assert parameter["Description"], name
        bounded = {"AllowedPattern", "AllowedValues", "MaxValue"} & parameter.keys()
        assert bounded, name


def _unless_off(value: dict[str, Any]) -> Any:
    """Return what a value is where the webhook is on."""
    return value["Fn::If"][1] if "Fn::If" in value else value
