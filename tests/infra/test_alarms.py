"""Nothing stops or fails in silence."""

import json
import re

import pytest

from tests.guide import GUIDE
from tests.infra.template import DOCUMENT, FUNCTIONS, RESOURCES, of_type, unless_off


@pytest.mark.fault("S10")
def test_every_queue_has_dead_letters_or_is_for_them_and_those_raise_an_alarm() -> None:
    queues = of_type("AWS::SQS::Queue")
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    watched = {found["Dimensions"][0]["Value"]["Fn::GetAtt"] for found in alarms if found["Namespace"] == "AWS/SQS"}

    for name, properties in queues.items():
        assert "RedrivePolicy" in properties or f"{name}.QueueName" in watched


ALARMS = {
    "NoSubscriberAlarm": ("report", "SubscribersConfirmed", "LessThanThreshold", 1, "breaching"),
    "ReportLateAlarm": ("report", "Rows", "LessThanThreshold", 1, "breaching"),
    "PollSuccessAlarm": ("report", "FailingPercent", "GreaterThanThreshold", 10, "notBreaching"),
    "OverdueAlarm": ("remind", "OldestDueAge", "GreaterThanThreshold", 3600, "notBreaching"),
    "RemindLateAlarm": ("report", "RemindLate", "GreaterThanThreshold", 0, "breaching"),
    "PollLateAlarm": ("report", "PollLate", "GreaterThanThreshold", 0, "breaching"),
    "DeadReminderAlarm": ("remind", "Dead", "GreaterThanThreshold", 0, "notBreaching"),
    "TopicClosedAlarm": ("remind", "Held", "GreaterThanThreshold", 0, "notBreaching"),
    "NotifyFollowUpLateAlarm": ("notify-follow-up", "FollowedUp", "LessThanThreshold", 1, "breaching"),
    "CertificateEndAlarm": ("report", "CertificatesEnd", "GreaterThanThreshold", 0, "notBreaching"),
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


@pytest.mark.parametrize("job", ["Poll", "Remind", "Report", "NotifyFollowUp"])
def test_every_schedule_has_an_alarm_that_hears_its_silence(job: str) -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")[f"{job}LateAlarm"]

    assert f"{job}Schedule" in of_type("AWS::Scheduler::Schedule")
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_errors_of_every_function_are_heard(function: str) -> None:
    heard = {
        found["Dimensions"][0]["Value"]["Ref"]
        for found in of_type("AWS::CloudWatch::Alarm").values()
        if (found["Namespace"], found["MetricName"]) == ("AWS/Lambda", "Errors")
    }

    assert function in heard


def test_the_dashboard_is_json_about_metrics_that_there_are() -> None:
    [dashboard] = of_type("AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(re.sub(r"\$\{[^}]+\}", "x", dashboard["DashboardBody"]["Fn::Sub"]))["widgets"]
    names = {part for found in widgets for metric in found["properties"]["metrics"] for part in metric[:2]}

    ours = {alarm["MetricName"] for alarm in of_type("AWS::CloudWatch::Alarm").values()}
    assert {"OldestDueAge", "Backlog", "Held", "Dead", "SubscribersConfirmed"} <= names & ours
    assert len({(found["x"], found["y"]) for found in widgets}) == len(widgets)


def test_a_budget_is_told_to_operators_and_only_if_one_is_set() -> None:
    [budget] = of_type("AWS::Budgets::Budget").values()
    told = budget["NotificationsWithSubscribers"]
    [allowed] = [
        unless_off(statement)
        for statement in RESOURCES["OpsTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        if "budgets.amazonaws.com" in str(statement)
    ]

    assert RESOURCES["Budget"]["Condition"] == "HasBudget"
    assert DOCUMENT["Parameters"]["MonthlyBudget"]["Default"] == 0
    assert budget["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}
    assert {found["Notification"]["NotificationType"] for found in told} == {"ACTUAL", "FORECASTED"}
    assert [found["Subscribers"] for found in told] == [
        [{"SubscriptionType": "SNS", "Address": {"Ref": "OpsTopic"}}]
    ] * 2
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.fault("S6")
def test_a_remind_run_that_failed_is_heard_and_not_repeated_before_its_schedule() -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")["RemindErrorAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "RemindFunction"}}]
    assert FUNCTIONS["RemindFunction"]["EventInvokeConfig"] == {"MaximumRetryAttempts": 0}


def test_the_operations_guide_says_of_every_alarm_what_to_do() -> None:
    table = GUIDE.read_text().partition("\n## Alarms\n")[2].partition("\n## ")[0]
    explained = {
        name.strip() for line in table.splitlines() for name in line.partition("|")[2].partition("|")[0].split(",")
    }

    assert {name.removesuffix("Alarm") for name in of_type("AWS::CloudWatch::Alarm")} <= explained


def test_the_operations_guide_knows_every_parameter() -> None:
    guide = GUIDE.read_text()

    assert [name for name in DOCUMENT["Parameters"] if f"`{name}`" not in guide] == []
