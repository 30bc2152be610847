"""Each function as it was built, under Lambda's own runtime interface, on the deployed stack's services."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lapsewatch.adapters.sns import form_of

from bench.cost.usage import METRICS
from local.emulator import free_port
from local.stack import Stack
from tests.browser import ARTIFACTS
from tests.builders import notice, sqs_event
from tests.e2e.conftest import Running
from tests.e2e.rie import BuiltFunction, running_function
from tests.infra.template import FUNCTIONS as DEPLOYED

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(240)]

FUNCTIONS = ("PollDispatch", "Poll", "Remind", "Report", "Api", "Notify", "NotifyFollowUp")
NOWHERE = "http://127.0.0.1:{}"

type Start = Callable[..., BuiltFunction]


@pytest.fixture
def start(built: Path, running: Running, tmp_path: Path) -> Iterator[Start]:
    """Return what starts one function, with other settings where they are given."""
    with ExitStack() as started:

        def function(name: str, **settings: str) -> BuiltFunction:
            configuration = _configuration(running.stack, name)
            endpoint = {"AWS_ENDPOINT_URL": running.stack.emulator.endpoint}
            configuration["Environment"]["Variables"] |= endpoint | settings
            return started.enter_context(running_function(built, f"{name}Function", configuration, tmp_path))

        yield function


def _configuration(stack: Stack, name: str) -> dict[str, Any]:
    functions = stack.emulator.client("lambda")
    found: dict[str, Any] = functions.get_function_configuration(FunctionName=stack.outputs[f"{name}FunctionName"])
    return found


def recorded(name: str, function: BuiltFunction) -> None:
    """Keep how long a start took: it says something about this machine, and so is no assertion."""
    ARTIFACTS.mkdir(exist_ok=True)
    line = f"{datetime.now(UTC):%Y-%m-%d} {name}: {function.init_ms:.0f} ms until ready, "
    line += f"{function.output.stat().st_size} bytes logged"
    with (ARTIFACTS / "starts.txt").open("a") as kept:
        kept.write(f"{line}\n")


def http(method: str, path: str, token: str = "") -> dict[str, Any]:
    """Return what the HTTP API hands over."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "page.example", **({"authorization": f"Bearer {token}"} if token else {})},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "isBase64Encoded": False,
    }


def test_dispatch_queues_the_fleet(start: Start, running: Running) -> None:
    function = start("PollDispatch")

    assert function.invoke({}) == {"dispatched": len(running.stack.simulated["instances"]), "undispatched": 0}
    assert len(function.metrics) == METRICS["poll-dispatch"]
    recorded("dispatch", function)


def test_the_worker_reads_a_pbx_over_tls_and_returns_what_is_no_poll(start: Start, running: Running) -> None:
    function = start("Poll")
    instance_id = min(key for key, item in running.stack.watched().items() if item.state.reason is None)
    seen = running.stack.watched()[instance_id].state.tried_at

    answer = function.invoke(sqs_event(json.dumps({"instance_id": instance_id}), "{"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert running.stack.watched()[instance_id].state.tried_at != seen
    assert len(function.metrics) >= METRICS["poll"]
    recorded("poll", function)


def test_remind_finds_what_is_due(start: Start) -> None:
    function = start("Remind")

    answer = function.invoke({})

    assert "errorType" not in answer
    assert "claimed" in answer
    assert len(function.metrics) >= METRICS["remind"]
    recorded("remind", function)


def test_report_renders_the_fleet(start: Start, running: Running) -> None:
    function = start("Report")

    assert function.invoke({})["rows"] == len(running.stack.simulated["instances"])
    assert len(function.metrics) == METRICS["report"]
    recorded("report", function)


def test_the_api_serves_the_page_to_who_may_see_it_alone(start: Start, running: Running) -> None:
    function = start("Api")

    answers = [function.invoke(http("GET", "/fleet.json", token)) for token in ("", running.stack.tokens["viewer"])]

    assert [answer["statusCode"] for answer in answers] == [401, 200]
    assert function.invoke(http("GET", "/healthz"))["statusCode"] == 200
    recorded("api", function)


COUNTED = {"days_left", "headline", "text"}
"""What is told anew when a message arrives, because the days that are left are others then."""


def test_notify_posts_to_the_webhook_signed(start: Start, running: Running) -> None:
    function = start("Notify")
    body = form_of(notice(instance_id="built")).bodies["default"]

    assert function.invoke(sqs_event(body)) == {"batchItemFailures": []}
    told, published = running.receiver.post_about("built").document, json.loads(body)
    assert {key: told[key] for key in told.keys() - COUNTED} == {
        key: published[key] for key in published.keys() - COUNTED
    }
    assert told["days_left"] < 0 < published["days_left"]
    recorded("notify", function)


def test_follow_up_looks_what_is_to_be_escalated(start: Start) -> None:
    function = start("NotifyFollowUp")

    answer = function.invoke({})

    assert "errorType" not in answer
    assert answer["followed_up"] == 1
    assert function.metrics == {"FollowedUp"}
    recorded("follow-up", function)


def test_no_function_of_the_template_is_left_out() -> None:
    assert {f"{name}Function" for name in FUNCTIONS} == set(DEPLOYED)


@pytest.mark.fault("C1")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_setting_is_named_by_the_built_function_too(start: Start, name: str) -> None:
    answer = start(name, TENANT_ZONE="Mars/Olympus").invoke(sqs_event())

    assert answer["errorType"] == "SettingsError"
    assert "TENANT_ZONE" in answer["errorMessage"]


def test_a_function_that_reaches_no_service_ends_with_an_error_that_says_so(start: Start) -> None:
    function = start("PollDispatch", AWS_ENDPOINT_URL=NOWHERE.format(free_port()))

    answer = function.invoke({})

    assert answer["errorType"] == "EndpointConnectionError"
    assert "Could not connect" in answer["errorMessage"]
