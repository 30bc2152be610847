"""The whole embedded stack: a simulated fleet, the emulator, and Lapsewatch deployed to it and set up."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.overview import Watched

from local.build import architecture, built_template
from local.deploy import deploy
from local.emulator import REGION, Emulator, running_emulator
from local.fleet_process import running_simulator
from local.mailbox import Mailbox, open_mailbox
from local.onboard import create_tokens, onboard

STACK = "lapsewatch"
ZONE = "America/New_York"
RENEW_URL_TEMPLATE = "https://shop.example/renew?key={key}"
FUNCTIONS = {
    "poll_dispatch": "PollDispatchFunctionName",
    "poll": "PollFunctionName",
    "remind": "RemindFunctionName",
    "report": "ReportFunctionName",
    "follow_up": "NotifyFollowUpFunctionName",
    "api": "ApiFunctionName",
}

type Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack."""

    emulator: Emulator
    simulated: dict[str, Any]
    outputs: dict[str, str]
    tokens: dict[str, str]
    mailbox: Mailbox
    log: Path
    """Where the emulator and the functions in it write."""
    template: Path
    parameters: dict[str, str]

    def update(self, **changes: str) -> dict[str, str]:
        """Deploy the stack again in place, with some parameters changed, and return its outputs."""
        return deploy(self.emulator, self.template, STACK, self.parameters | changes)

    @property
    def api_host(self) -> str:
        return f"{self.outputs['HttpApiId']}.execute-api.localhost:{self.emulator.port}"

    def invoke(self, function: str) -> dict[str, Any]:
        """Run one function as its schedule would, and return its answer; raise RuntimeError if it failed."""
        name = self.outputs[FUNCTIONS[function]]
        answer = self.emulator.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        payload: dict[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RuntimeError(f"{function} failed: {payload.get('errorMessage')}")
        return payload

    def watched(self) -> dict[str, Watched]:
        """Return every instance with what is remembered about it."""
        fleet = DynamoFleet(Table(self.emulator.client("dynamodb"), self.outputs["TableName"]), zone_named(ZONE))
        return fleet.watched(pbx["id"] for pbx in self.simulated["instances"])

    def read_so_far(self) -> int:
        """Return how many instances have been visited at least once."""
        return sum(1 for item in self.watched().values() if item.state.observed_at or item.state.reason)

    def document(self, url: str) -> dict[str, Any]:
        """Return what a program needs to use the stack."""
        return {
            "url": url,
            "tokens": self.tokens,
            "aws_endpoint": self.emulator.endpoint,
            "region": REGION,
            "table": self.outputs["TableName"],
            "topic_arn": self.outputs["TopicArn"],
            "bucket": self.outputs["BucketName"],
            "simulator_url": self.simulated["control_url"],
            "functions": {function: self.outputs[name] for function, name in FUNCTIONS.items() if name in self.outputs},
        }


@contextmanager
def running_stack(
    instances: int, folder: Path, page_url: str, step: Step, pace: str = "rate(1 minute)", *, webhook: bool = False
) -> Iterator[Stack]:
    """Build, start, deploy and set up everything; end it all with the block. `step` is told what begins."""
    step("Building the functions and their layer")
    template = built_template()
    step(f"Starting {instances} simulated PBXs")
    with running_simulator(instances, folder) as simulated:
        step("Starting the AWS emulator")
        with running_emulator(folder / "emulator.log") as emulator:
            step("Deploying infra/template.yaml")
            parameters = parameters_for(page_url, pace, webhook=webhook)
            yield set_up(emulator, simulated, folder / "emulator.log", template, parameters, step)


def set_up(
    emulator: Emulator, simulated: dict[str, Any], log: Path, template: Path, parameters: dict[str, str], step: Step
) -> Stack:
    """Deploy to an emulator, and add the simulated fleet."""
    outputs = deploy(emulator, template, STACK, parameters)
    mailbox = open_mailbox(emulator, outputs["TopicArn"])
    step("Adding the fleet")
    table = Table(emulator.client("dynamodb"), outputs["TableName"])
    ssm, path = emulator.client("ssm"), outputs["SecretPath"]
    tokens = create_tokens(table, datetime.now(UTC))
    onboard(simulated, table, ssm, path, zone_named(ZONE))
    return Stack(emulator, simulated, outputs, tokens, mailbox, log, template, parameters)


def parameters_for(page_url: str, pace: str, *, webhook: bool = False) -> dict[str, str]:
    """Return the parameters of an embedded stack."""
    return {
        "TenantZone": ZONE,
        "LicenseMilestones": "10,3,1",
        "MaintenanceMilestones": "60,30,7",
        "ReminderHour": "8",
        "ReminderEmail": "",
        "PageUrl": page_url,
        "RenewUrlTemplate": RENEW_URL_TEMPLATE,
        "PollRate": pace,
        "RemindRate": pace,
        "ReportRate": pace,
        "Channels": "on" if webhook else "off",
        # The simulated PBXs are on this machine; nothing else private may be visited.
        "AllowedNetworks": "127.0.0.1/32,::1/128",
        "LogLevel": "INFO",
        "Architecture": architecture(),
    }
