"""A deployment over a running stack: settings change, data stays."""

from typing import Any

import pytest

from tests.e2e.conftest import Running
from tests.e2e.test_main_job import fleet

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]


def environment(running: Running, function: str) -> dict[str, str]:
    name = running.stack.outputs[function]
    found: dict[str, Any] = running.stack.emulator.client("lambda").get_function_configuration(FunctionName=name)
    return dict(found["Environment"]["Variables"])


def test_a_second_deployment_changes_what_was_asked_and_loses_nothing(running: Running) -> None:
    before, known = fleet(running), running.stack.watched()

    try:
        outputs = running.stack.update(ReminderHour="9", DigestOver="25", LogLevel="WARNING")

        assert outputs == running.stack.outputs
        assert environment(running, "RemindFunctionName")["REMINDER_HOUR"] == "9"
        assert environment(running, "RemindFunctionName")["DIGEST_OVER"] == "25"
        assert running.stack.watched() == known
        assert fleet(running) == before
        assert "failed" not in running.stack.invoke("remind")
    finally:
        running.stack.update()
        # An update also takes back what was done to a function by hand.
        running.receiver.be_trusted(running.stack)
    assert environment(running, "RemindFunctionName")["REMINDER_HOUR"] == "8"
