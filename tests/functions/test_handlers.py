"""The functions that no person calls: their own handlers, over the emulator's services."""

import importlib.util
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.channels.webhook.target import stored
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.handover_store import DynamoHandovers
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.route_store import DynamoRoutes
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.updates import put_new
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.handovers import Standing
from lapsewatch.domain.license import Reason
from lapsewatch.domain.routes import Route
from lapsewatch.errors import RunFailedError, SettingsError
from lapsewatch.wiring import aws
from lapsewatch.wiring.channels import secret_name

from local.build import ROOT
from local.emulator import KEYS, REGION, Emulator
from tests.builders import instance, notice, sqs_event

CONTEXT = SimpleNamespace(aws_request_id="run-1", get_remaining_time_in_millis=lambda: 300_000)
ALL = ("poll/dispatch", "poll/worker", "remind/handler", "report/handler")
WITH_A_ZONE = (*ALL, "notify/handler", "notify/follow_up")


@dataclass
class Stack:
    """What a deployed stack has, in the emulator."""

    emulator: Emulator
    table: Table
    queue_url: str
    dead_letter_url: str
    bucket: str
    secret_path: str

    @property
    def fleet(self) -> DynamoFleet:
        return DynamoFleet(self.table, ZoneInfo("America/New_York"))

    def queued(self) -> list[dict[str, Any]]:
        return [json.loads(message["Body"]) for message in self.received(self.queue_url)]

    def received(self, url: str) -> list[dict[str, Any]]:
        answer = self.emulator.client("sqs").receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def store(self, name: str, secret: str) -> None:
        self.emulator.client("ssm").put_parameter(Name=name, Value=secret, Type="SecureString", Overwrite=True)

    def beats(self) -> set[str]:
        return set(DynamoHeartbeats(self.table).last())


@pytest.fixture
def stack(emulator: Emulator, table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Return a stack whose settings are in the environment."""
    name = f"handlers-{uuid4().hex[:8]}"
    queue_url = emulator.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    dead_letter_url = emulator.client("sqs").create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    emulator.client("s3").create_bucket(Bucket=name)
    topic = emulator.client("sns").create_topic(Name=name)["TopicArn"]
    settings = {
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "TABLE_NAME": table.name,
        "POLL_QUEUE_URL": queue_url,
        "TENANT_ZONE": "America/New_York",
        "LICENSE_MILESTONES": "10,3,1",
        "MAINTENANCE_MILESTONES": "60,30,7",
        "REMINDER_HOUR": "8",
        "TOPIC_ARN": topic,
        "DEAD_LETTER_QUEUE_URLS": queue_url,
        "POLL_RATE": "rate(1 hour)",
        "REMIND_RATE": "rate(15 minutes)",
        "DIGEST_OVER": "10",
        "DEAD_MAN_URL": "",
        "ENCRYPTION_ARN": "",
        "OIDC_ROLES": "",
        "SENDER_ADDRESS": "",
        "PAGE_URL": "https://licenses.example",
        "RENEW_URL_TEMPLATE": "",
        "BUCKET_NAME": name,
        "SECRET_PATH": f"/lapsewatch/{name}",
        "NOTIFY_QUEUE_URL": queue_url,
        "NOTIFY_DEAD_LETTER_QUEUE_URL": dead_letter_url,
        "ALLOWED_NETWORKS": "",
        "REPORT_FUNCTION_NAME": "report",
        "REMIND_FUNCTION_NAME": "remind",
        "POWERTOOLS_METRICS_NAMESPACE": "Lapsewatch",
        "POWERTOOLS_SERVICE_NAME": "lapsewatch",
        **{key.upper(): value for key, value in KEYS.items()},
    }
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    clients = (aws.session, aws.table, aws.ssm, aws.s3, aws.sqs, aws.sns, aws.functions)
    for client in clients:
        client.cache_clear()
    yield Stack(emulator, table, queue_url, dead_letter_url, name, f"/lapsewatch/{name}")
    for client in clients:
        client.cache_clear()


def handler(name: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Load one function as Lambda does: from its own file, once per cold start."""
    spec = importlib.util.spec_from_file_location(name.replace("/", "_"), Path(ROOT, "functions", f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[dict[str, Any], Any], dict[str, Any]] = module.handler
    return found


def test_dispatch_queues_a_poll_of_every_enabled_instance(stack: Stack) -> None:
    stack.fleet.register(instance("northwind"))
    stack.fleet.register(instance("contoso"))
    stack.fleet.register(instance("paused", enabled=False))

    counts = handler("poll/dispatch")({}, CONTEXT)

    assert counts == {"dispatched": 2, "undispatched": 0}
    assert sorted(body["instance_id"] for body in stack.queued()) == ["contoso", "northwind"]
    assert stack.beats() == {"dispatch"}


@pytest.mark.fault("S10")
def test_a_message_that_is_no_poll_is_returned_alone_and_the_others_are_read(stack: Stack) -> None:
    stack.fleet.register(instance("northwind", address="127.0.0.1:9"))
    secret = json.dumps({"user": "watcher", "password": "canary"})
    stack.store(instance("northwind").secret_name, secret)
    good = json.dumps({"instance_id": "northwind"})

    answer = handler("poll/worker")(sqs_event("{", good, '{"instance_id": "../x"}', '{"instance_id": "gone"}'), CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m2"}]}
    assert stack.fleet.watched(["northwind"])["northwind"].state.reason is Reason.BLOCKED_ADDRESS
    assert stack.beats() == {"poll"}


def test_a_pbx_without_credentials_gets_a_reason_and_its_message_is_done(stack: Stack) -> None:
    stack.fleet.register(instance("no-secret", secret_name="/lapsewatch/test/pbx/no-secret"))

    assert handler("poll/worker")(sqs_event('{"instance_id": "no-secret"}'), CONTEXT) == {"batchItemFailures": []}
    assert stack.fleet.watched(["no-secret"])["no-secret"].state.reason is Reason.SECRET_MISSING


def test_every_line_of_an_invocation_carries_its_request_id(
    stack: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "a-logger-of-its-own")
    dispatch = handler("poll/dispatch")
    for run in ("run-1", "run-2"):
        dispatch({}, SimpleNamespace(aws_request_id=run))

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["correlation_id"] for line in lines if "message" in line] == ["run-1", "run-2"]


def test_remind_says_how_often_each_thing_happened(stack: Stack) -> None:
    assert handler("remind/handler")({}, CONTEXT) == {"claimed": 0, "oldest_due_age": 0, "no_sweep": 1}
    assert stack.beats() == {"remind"}


@pytest.mark.fault("S6")
def test_a_run_that_failed_for_some_ends_with_an_error_after_its_work_and_its_heartbeat(stack: Stack) -> None:
    row = {"pk": "INST#ghost", "sk": "REM#license#000001#010", "st": "PENDING", "attempts": 0, "refusals": 0}
    due = {
        "due_shard": "00",
        "due_at": "2026-01-01T00:00:00Z",
        "created_at": "2026-01-01T00:00:00Z",
        "answer": "renewed",
    }
    stack.table.write(put_new(row | due))

    with pytest.raises(RunFailedError):
        handler("remind/handler")({}, CONTEXT)

    assert stack.beats() == {"remind"}


def test_report_renders_every_page_into_the_bucket(stack: Stack) -> None:
    stack.fleet.register(instance("northwind"))

    counts = handler("report/handler")({}, CONTEXT)

    assert counts == {
        "rows": 1,
        "failing_percent": 0,
        "replaced": 4,
        "outdated": 0,
        "subscribers_confirmed": 0,
        "dead_letters": 0,
        "poll_late": 1,
        "remind_late": 1,
    }
    keys = {found["Key"] for found in stack.emulator.client("s3").list_objects_v2(Bucket=stack.bucket)["Contents"]}
    assert {"index.html", "calendar.html", "fleet.json", "fleet.csv"} <= keys
    assert stack.beats() == {"report"}


@pytest.mark.fault("N10")
@pytest.mark.fault("N11")
def test_notify_drops_what_is_late_and_gives_up_what_cannot_be_sent(
    stack: Stack, capfd: pytest.CaptureFixture[str]
) -> None:
    stack.fleet.register(instance("renewed"))
    target = stored("https://127.0.0.1:9/canary-path?canary", "canary-secret-0123")
    stack.store(secret_name(stack.secret_path, "webhook"), target)
    late, fit = (form_of(notice(instance_id=key)).bodies["default"] for key in ("renewed", "unknown"))

    answer = handler("notify/handler")(sqs_event(late, fit, "{"), CONTEXT)

    assert answer == {"batchItemFailures": []}
    dead = stack.received(stack.dead_letter_url)
    assert {message["Body"]: message["MessageAttributes"]["reason"]["StringValue"] for message in dead} == {
        fit: "127.0.0.1: blocked_address",
        "{": "body: json_invalid",
    }
    assert "canary" not in "".join(capfd.readouterr())


@pytest.mark.fault("N11")
def test_notify_keeps_a_message_while_nobody_has_said_where_the_webhook_is(stack: Stack) -> None:
    sqs = stack.emulator.client("sqs")
    sqs.send_message(QueueUrl=stack.queue_url, MessageBody=form_of(notice(None)).bodies["default"])
    [message] = stack.received(stack.queue_url)
    event = sqs_event(message["Body"])
    event["Records"][0]["receiptHandle"] = message["ReceiptHandle"]

    answer = handler("notify/handler")(event, CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert stack.received(stack.dead_letter_url) == []


@pytest.mark.parametrize("name", WITH_A_ZONE)
def test_a_wrong_setting_stops_the_cold_start_with_its_name(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TENANT_ZONE", "Mars/Olympus")

    with pytest.raises(SettingsError, match="TENANT_ZONE"):
        handler(name)(sqs_event(), CONTEXT)


@pytest.mark.parametrize("name", ALL[1:])
def test_a_wrong_ladder_stops_the_cold_start_with_its_name(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("LICENSE_MILESTONES", "ten")

    with pytest.raises(SettingsError, match="LICENSE_MILESTONES"):
        handler(name)(sqs_event(), CONTEXT)


def test_follow_up_looks_for_what_escalates_and_sends_the_outlook_once(stack: Stack) -> None:
    DynamoRoutes(stack.table).declare([Route("noc", "webhook", outlook=True)])
    follow_up = handler("notify/follow_up")

    counts = [follow_up({}, CONTEXT) for _ in range(2)]

    assert counts == [{"followed_up": 1, "outlooks": 1}, {"followed_up": 1}]
    [routed] = stack.queued()
    assert (routed["route"], routed["message"]["event"]) == ("noc", "outlook")


def test_notify_spreads_a_message_to_its_routes_and_notes_what_became_of_it(stack: Stack) -> None:
    DynamoRoutes(stack.table).declare([Route("noc", "webhook"), Route("chat", "webhook")])
    notify = handler("notify/handler")
    for name in ("noc", "chat"):
        target = stored("https://127.0.0.1:9/canary-path", "canary-secret-0123")
        stack.store(secret_name(stack.secret_path, name), target)

    spread = notify(sqs_event(form_of(notice(instance_id="unknown")).bodies["default"]), CONTEXT)
    bodies = [json.dumps(body) for body in stack.queued()]
    handed = notify(sqs_event(*bodies), CONTEXT)

    found = {item.key.route: item for item in DynamoHandovers(stack.table).of("unknown")}
    assert spread == handed == {"batchItemFailures": []}
    assert set(found) == {"noc", "chat"}
    assert {item.standing for item in found.values()} == {Standing.GIVEN_UP}
    assert {item.answer for item in found.values()} == {"127.0.0.1: blocked_address"}
