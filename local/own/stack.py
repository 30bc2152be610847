"""Lapsewatch deployed to an emulator on this machine, as the operator's commands see it."""

import json
from pathlib import Path
from typing import Any

from cli.stack import DeployedStack, StackError
from local.build import architecture
from local.emulator import KEYS, REGION, Emulator
from local.own.keeper import Keeper

STACK = "lapsewatch"


class OwnStack(DeployedStack):
    """The stack of one running emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        super().__init__(STACK, emulator.endpoint)

    def client(self, service: str) -> Any:
        return self._emulator.client(service)

    @property
    def api_host(self) -> str:
        return f"{self.output('HttpApiId')}.execute-api.localhost:{self._emulator.port}"

    def keeper(self) -> Keeper:
        return Keeper(self.client("dynamodb"), self.client("ssm"), self.output("TableName"), self.output("SecretPath"))

    def run(self, function: str) -> None:
        """Run one function as its schedule would; raise StackError if it failed."""
        answer = self.client("lambda").invoke(FunctionName=self.output(function), Payload=b"{}")
        if "FunctionError" in answer:
            why = json.loads(answer["Payload"].read()).get("errorMessage")
            raise StackError(f"{function.removesuffix('FunctionName')} failed: {why}")

    def environment(self) -> str:
        """Return what a shell needs for the operator's commands to work on this stack."""
        names = {name.upper(): value for name, value in KEYS.items()}
        names |= {"AWS_ENDPOINT_URL": self._emulator.endpoint, "AWS_DEFAULT_REGION": REGION, "LAPSEWATCH_STACK": STACK}
        return "".join(f"export {name}={value}\n" for name, value in names.items())


def parameters(tuning: dict[str, str], page_url: str) -> dict[str, str]:
    """Return the parameters of the template."""
    named = {"".join(word.capitalize() for word in name.split("_")): value for name, value in tuning.items()}
    fixed = {"ReminderEmail": "", "PageUrl": page_url, "Channels": "off", "LogLevel": "WARNING"}
    return {**named, **fixed, "Architecture": architecture()}


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner only, in one step."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    draft.write_text(text)
    draft.replace(path)
