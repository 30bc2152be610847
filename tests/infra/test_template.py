"""What linters do not see in the template: where failures go, what is kept, and who is let in."""

import pytest
from lapsewatch.domain.ledger import LEASE

from tests.conftest import fleet_table
from tests.infra.template import DOCUMENT, FUNCTIONS, RESOURCES, of_type, unless_off


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

    assert set(schedules) == {f"{job}Schedule" for job in ("Poll", "Remind", "Report", "NotifyFollowUp")}
    for properties in schedules.values():
        assert properties["FlexibleTimeWindow"]["Mode"] == "OFF"
        assert properties["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert properties["Target"]["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": "ScheduleDeadLetterQueue.Arn"}


def test_the_page_is_told_of_every_dead_letter_queue() -> None:
    urls = FUNCTIONS["ReportFunction"]["Environment"]["Variables"]["DEAD_LETTER_QUEUE_URLS"]["Fn::Join"][1]
    dead = {name for name, properties in of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in properties}

    assert {unless_off(url)["Ref"] for url in urls} == dead


def test_logs_are_kept_for_as_long_as_was_said_and_encrypted_like_everything_else() -> None:
    groups = of_type("AWS::Logs::LogGroup")

    assert {properties["LoggingConfig"]["LogGroup"]["Ref"] for properties in FUNCTIONS.values()} == set(groups)
    for properties in groups.values():
        assert properties["RetentionInDays"] == {"Ref": "LogDays"}
        assert properties["KmsKeyId"]["Fn::If"][:2] == ["HasOwnKey", {"Fn::GetAtt": "DataKey.Arn"}]


def test_with_a_key_of_its_own_everything_that_is_kept_is_encrypted_by_it() -> None:
    own = ["HasOwnKey", {"Fn::GetAtt": "DataKey.Arn"}]
    bucket = RESOURCES["ReportBucket"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]

    assert RESOURCES["FleetTable"]["Properties"]["SSESpecification"]["KMSMasterKeyId"]["Fn::If"][:2] == own
    assert bucket["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]["Fn::If"][:2] == own
    for properties in (*of_type("AWS::SQS::Queue").values(), *of_type("AWS::SNS::Topic").values()):
        assert properties["KmsMasterKeyId"]["Fn::If"][:2] == own
    assert RESOURCES["DataKey"]["DeletionPolicy"] == "Retain"
    assert RESOURCES["DataKey"]["Properties"]["EnableKeyRotation"]


def test_with_a_fixed_address_whoever_dials_dials_from_it_and_nobody_else_is_in_the_network() -> None:
    inside = {name for name, properties in FUNCTIONS.items() if "VpcConfig" in properties}

    assert inside == {
        name for name, found in FUNCTIONS.items() if "ALLOWED_NETWORKS" in found["Environment"]["Variables"]
    }
    for name in inside:
        condition, network, otherwise = FUNCTIONS[name]["VpcConfig"]["Fn::If"]
        assert (condition, otherwise) == ("HasFixedAddress", {"Ref": "AWS::NoValue"})
        assert network["SubnetIds"] == [{"Ref": "PrivateSubnetA"}, {"Ref": "PrivateSubnetB"}]
    assert RESOURCES["DialOut"]["Properties"]["SecurityGroupIngress"] == []
    assert RESOURCES["EgressIp"]["DeletionPolicy"] == "Retain"


def test_what_costs_extra_is_off_unless_asked_for() -> None:
    defaults = {name: found.get("Default") for name, found in DOCUMENT["Parameters"].items()}

    assert {defaults[name] for name in ("FixedAddress", "OwnKey", "Tracing", "Channels", "WebhookChannel")} == {"off"}
    assert not any("ReservedConcurrentExecutions" in properties for properties in FUNCTIONS.values())


def test_every_queue_and_topic_takes_only_tls() -> None:
    guarded = {
        listed_name["Ref"]
        for kind, field in (("AWS::SQS::QueuePolicy", "Queues"), ("AWS::SNS::TopicPolicy", "Topics"))
        for policy in of_type(kind).values()
        for listed_name in policy[field]
        if any(
            s["Sid"] == "OnlyOverTls" and s["Effect"] == "Deny"
            for s in map(unless_off, policy["PolicyDocument"]["Statement"])
        )
    }

    assert guarded == set(of_type("AWS::SQS::Queue")) | set(of_type("AWS::SNS::Topic"))


def test_with_a_domain_of_its_own_the_page_has_no_other_address() -> None:
    assert RESOURCES["HttpApi"]["Properties"]["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasDomain", True, False]}
    for found in (FUNCTIONS["RemindFunction"], FUNCTIONS["ApiFunction"]):
        chosen = found["Environment"]["Variables"]["PAGE_URL"]["Fn::If"]
        assert chosen[:2] == ["HasPageUrl", {"Ref": "PageUrl"}]
        assert chosen[2]["Fn::If"][0] == "HasDomain"


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
