"""Starting one of our own functions by hand. Their schedules start them anyway, so a failure is only logged."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

log = logging.getLogger(__name__)


class LambdaJob:
    """One function, by name."""

    def __init__(self, client: Callable[[], LambdaClient], name: str) -> None:
        # Made when it is first needed: most runs start nothing.
        self._client = client
        self._name = name

    def run_now(self) -> None:
        self._invoke("RequestResponse")

    def run_soon(self) -> None:
        self._invoke("Event")

    def _invoke(self, how: Literal["RequestResponse", "Event"]) -> None:
        try:
            answer = self._client().invoke(FunctionName=self._name, InvocationType=how, Payload=b"{}")
        except (ClientError, BotoCoreError):
            log.exception("a function could not be started", extra={"function": self._name})
            return
        if "FunctionError" in answer:
            log.error("a function that was started failed", extra={"function": self._name})
