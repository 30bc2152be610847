"""Who may do what: each function its own work, and nothing else."""

from typing import Any

import pytest

from tests.infra.template import FUNCTIONS, RESOURCES, actions, listed, statements, unless_off

PARAMETERS = "parameter/lapsewatch/${AWS::StackName}"
PBX, KEY, NOTIFY = f"{PARAMETERS}/pbx/*", f"{PARAMETERS}/session-key", f"{PARAMETERS}/notify/*"
LINKS = f"{PARAMETERS}/acknowledge-key"
TABLE, FLEET, DUE = "FleetTable", "FleetTable/index/fleet", "FleetTable/index/due"
ANYWHERE = "*"
EVERY_FUNCTION = {
    ("kms:Decrypt", "DataKey"),
    ("kms:GenerateDataKey", "DataKey"),
    ("xray:PutTraceSegments", ANYWHERE),
    ("xray:PutTelemetryRecords", ANYWHERE),
}
DIALS = {
    (f"ec2:{verb}NetworkInterface{s}", ANYWHERE) for verb, s in (("Create", ""), ("Describe", "s"), ("Delete", ""))
}
MAY = {
    "PollDispatchFunction": {
        ("dynamodb:Query", FLEET),
        ("dynamodb:UpdateItem", TABLE),
        ("sqs:SendMessage", "PollQueue"),
    },
    "PollFunction": DIALS
    | {(f"dynamodb:{verb}", TABLE) for verb in ("BatchGetItem", "UpdateItem", "PutItem")}
    | {(f"sqs:{verb}", "PollQueue") for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    | {("lambda:InvokeFunction", "ReportFunction"), ("lambda:InvokeFunction", "RemindFunction")}
    | {("ssm:GetParameters", PBX), ("sqs:SendMessage", "PollQueue")},
    "RemindFunction": {("dynamodb:Query", DUE), ("sns:Publish", "ReminderTopic")}
    | {(f"dynamodb:{verb}", TABLE) for verb in ("GetItem", "BatchGetItem", "UpdateItem", "PutItem")},
    "ReportFunction": {
        ("dynamodb:Query", FLEET),
        ("s3:GetObject", "ReportBucket/*"),
        ("s3:PutObject", "ReportBucket/*"),
        ("sns:GetTopicAttributes", "ReminderTopic"),
    }
    | {(f"dynamodb:{verb}", TABLE) for verb in ("Query", "BatchGetItem", "UpdateItem")}
    | {("sqs:GetQueueAttributes", f"{what}DeadLetterQueue") for what in ("Poll", "Schedule", "Notify")},
    "ApiFunction": DIALS
    | {("s3:GetObject", "ReportBucket/*"), ("ssm:PutParameter", KEY), ("sqs:SendMessage", "PollQueue")}
    | {("ssm:GetParameter", LINKS)}
    | {(f"dynamodb:{verb}", TABLE) for verb in ("Query", "GetItem", "BatchGetItem", "UpdateItem", "PutItem")}
    | {(f"ssm:{verb}", path) for verb in ("GetParameter", "GetParameters") for path in (PBX, KEY)}
    | {("lambda:InvokeFunction", "ReportFunction"), ("lambda:InvokeFunction", "RemindFunction")},
    "NotifyFunction": DIALS
    | {(f"sqs:{verb}", "NotifyQueue") for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    | {("sqs:ChangeMessageVisibility", "NotifyQueue"), ("sqs:SendMessage", "NotifyDeadLetterQueue")}
    | {("sqs:SendMessage", "NotifyQueue"), ("ssm:GetParameter", NOTIFY)}
    | {("ssm:GetParameter", LINKS), ("ssm:PutParameter", LINKS)}
    | {(f"dynamodb:{verb}", TABLE) for verb in ("Query", "BatchGetItem", "UpdateItem", "PutItem")},
    "NotifyFollowUpFunction": {("dynamodb:Query", DUE), ("dynamodb:Query", FLEET), ("sqs:SendMessage", "NotifyQueue")}
    | {(f"dynamodb:{verb}", TABLE) for verb in ("Query", "BatchGetItem", "UpdateItem", "PutItem")},
}
"""What each function may do, and to what: no more, and no less, with everything switched on."""


def target(resource: Any) -> str:
    """Return what a statement is about, in a word."""
    found = unless_off(resource) if isinstance(resource, dict) else resource
    text = found if isinstance(found, str) else next(iter(found.values()))
    shortened = text.partition("${AWS::AccountId}:")[2] or text.replace("${", "").replace("}", "")
    return str(shortened.replace(".Arn", ""))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_may_do_exactly_what_it_needs(function: str) -> None:
    log = {
        (f"logs:{verb}", f"{function.removesuffix('Function')}LogGroup") for verb in ("CreateLogStream", "PutLogEvents")
    }

    allowed = {
        (action, target(resource))
        for statement in statements(function)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }

    assert allowed == MAY[function] | EVERY_FUNCTION | log


def test_each_function_has_a_role_of_its_own_that_only_functions_can_take() -> None:
    roles = {properties["Role"]["Fn::GetAtt"].removesuffix(".Arn") for properties in FUNCTIONS.values()}

    assert len(roles) == len(FUNCTIONS)
    for role in roles:
        [trust] = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_only_poll_and_api_can_read_the_credentials_of_pbxs() -> None:
    readers = {name for name, rights in MAY.items() if any(where == PBX for _, where in rights)}

    assert readers == {"PollFunction", "ApiFunction"}


def test_no_action_is_a_wildcard_and_no_resource_but_where_aws_knows_none() -> None:
    free = {action for rights in MAY.values() for action, where in rights | EVERY_FUNCTION if where == ANYWHERE}

    assert not any("*" in action for function in FUNCTIONS for action in actions(function))
    assert {action.partition(":")[0] for action in free} == {"ec2", "xray"}


@pytest.mark.parametrize("function", ["ApiFunction", "NotifyFunction"])
def test_a_function_can_make_its_key_but_never_replace_it(function: str) -> None:
    [statement] = [found for found in statements(function) if found["Action"] == "ssm:PutParameter"]

    assert statement["Condition"] == {"StringEquals": {"ssm:Overwrite": "false"}}
