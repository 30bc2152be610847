"""Secrets, tokens and keys on their way through all functions, at DEBUG: none of them is ever printed."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.adapters.channels.webhook.target import stored
from lapsewatch.adapters.sns import form_of
from lapsewatch.wiring.channels import secret_name

from local.onboard import create_tokens, onboard
from local.simulator.fleet import simulated_fleet
from local.simulator.pbx import Mode, SimulatedPbx
from local.simulator.server import Simulator
from tests.builders import notice, sqs_event
from tests.functions import test_handlers
from tests.functions.logs import all_that_is_logged
from tests.functions.test_handlers import CONTEXT, Stack, handler
from tests.simulator.live import serving

stack = test_handlers.stack


BAD = (Mode.REJECT, Mode.GARBAGE, Mode.HTML, Mode.UPGRADING, Mode.FORBIDDEN)


def chosen() -> list[SimulatedPbx]:
    """Return one PBX for each way in, due soon, and each that refuses, lies or babbles."""
    pbxs = simulated_fleet(40, 7, datetime.now(UTC))
    found = [next(p for p in pbxs if p.access == way and p.mode is Mode.OK) for way in ("api_client", "user_login")]
    found.append(next(p for p in pbxs if p.access == "legacy"))
    for pbx, mode in zip(pbxs[-len(BAD) :], BAD, strict=True):
        pbx.mode = mode
        found.append(pbx)
    for pbx in found:
        soon = datetime.now(UTC) + timedelta(days=2)
        pbx.vendor = pbx.own = type(pbx.own)(soon, soon, True, pbx.own.product_code)
    return found


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with serving(chosen()) as simulator:
        yield simulator


def everything(stack: Stack, simulator: Simulator, tokens: dict[str, str]) -> list[Any]:
    """Have every function do its work, well and badly; return what they answered."""
    ids = [json.dumps({"instance_id": key}) for key in simulator.fleet]
    answers: list[Any] = [
        handler("poll/dispatch")({}, CONTEXT),
        handler("poll/worker")(sqs_event(*ids, "{", '{"instance_id": "gone"}'), CONTEXT),
        handler("remind/handler")({}, CONTEXT),
        handler("report/handler")({}, CONTEXT),
        handler("notify/handler")(sqs_event(form_of(notice()).bodies["default"], "{"), CONTEXT),
    ]
    for pbx in simulator.fleet.values():
        # A date that moves at once is not waited for.
        pbx.vendor = replace(pbx.vendor, expires_at=datetime.now(UTC) + timedelta(days=400))
    api = handler("api/handler")
    quick = [key for key, pbx in simulator.fleet.items() if pbx.mode is not Mode.GARBAGE]
    answers += [api(event("POST", f"/api/instances/{key}/refresh", tokens["operator"]), CONTEXT) for key in quick]
    answers += [
        api(event("GET", path, token), CONTEXT) for path in ("/healthz", "/nowhere", "/") for token in tokens.values()
    ]
    # The first sign-in makes the key that signs sessions.
    answers.append(api(event("POST", "/session", "", body=f"token={tokens['viewer']}&return_to=/"), CONTEXT))
    answers.append(api(event("GET", "/api/instances", tokens["viewer"] + "x"), CONTEXT))
    return answers


def event(method: str, path: str, token: str, body: str = "") -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "licenses.example", "authorization": f"Bearer {token}"},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": body,
        "isBase64Encoded": False,
    }


def canaries(simulator: Simulator, tokens: dict[str, str], stack: Stack) -> dict[str, str]:
    """Return all that must never be seen, by what it is."""
    found = {f"the password of {pbx.id}": pbx.password for pbx in simulator.fleet.values()}
    found |= {f"the license key of {pbx.id}": pbx.license_key for pbx in simulator.fleet.values()}
    for pbx in simulator.fleet.values():
        found |= {f"token {n} of {pbx.id}": text for n, text in enumerate(pbx.tokens.issued)}
    found |= {f"the access token of a {role}": text.split("_", 2)[2] for role, text in tokens.items()}
    parameters = stack.emulator.client("ssm")
    key = parameters.get_parameter(Name=f"{stack.secret_path}/session-key", WithDecryption=True)
    return found | {"the session key": key["Parameter"]["Value"], "the secret of the webhook": "canary-secret-0123"}


@pytest.mark.fault("C5", "A8")
def test_no_secret_token_or_key_is_printed_by_any_function(
    stack: Stack, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALLOWED_NETWORKS", "127.0.0.1/32,::1/128")
    ssm = stack.emulator.client("ssm")
    onboard(simulator.document(), stack.table, ssm, stack.secret_path, ZoneInfo("America/New_York"))
    stack.store(
        secret_name(stack.secret_path, "webhook"), stored("https://127.0.0.1:9/canary-path", "canary-secret-0123")
    )
    tokens = create_tokens(stack.table, datetime.now(UTC))

    with all_that_is_logged(monkeypatch) as log:
        answers = everything(stack, simulator, tokens)

    said = _all(log, capfd)
    secret = canaries(simulator, tokens, stack)
    assert len(said) > 1000
    assert len([name for name in secret if name.startswith("token ")]) >= 5
    assert [name for name, text in secret.items() if text in said] == []
    private = {name: text for name, text in secret.items() if "license key" not in name}
    assert [name for name, text in private.items() if text in json.dumps(answers)] == []


def _all(log: io.StringIO, capfd: pytest.CaptureFixture[str]) -> str:
    return log.getvalue() + "".join(capfd.readouterr())
