"""What the template says, as numbers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lapsewatch.settings import Pace
from pydantic import TypeAdapter

from tests.infra.template import DOCUMENT, FUNCTIONS, RESOURCES, of_type


@dataclass(frozen=True, slots=True)
class Stack:
    """The facts of a stack with default parameters."""

    memory_mb: int
    architecture: str
    batch: int
    workers: int
    poll_hours: float
    remind_hours: float
    report_hours: float
    dispatch_timeout: int
    report_timeout: int
    alarms: int
    channel_alarms: int
    """Those that there are with channels only."""
    dashboards: int
    keys: int


def stack() -> Stack:
    """Read the template. Whatever exists on a condition only is left out."""
    source = FUNCTIONS["PollFunction"]["Events"]["Polls"]["Properties"]
    return Stack(
        memory_mb=DOCUMENT["Globals"]["Function"]["MemorySize"],
        architecture=_default("Architecture"),
        batch=source["BatchSize"],
        workers=source["ScalingConfig"]["MaximumConcurrency"],
        poll_hours=_hours("PollRate"),
        remind_hours=_hours("RemindRate"),
        report_hours=_hours("ReportRate"),
        dispatch_timeout=FUNCTIONS["PollDispatchFunction"]["Timeout"],
        report_timeout=FUNCTIONS["ReportFunction"]["Timeout"],
        alarms=_always("AWS::CloudWatch::Alarm"),
        channel_alarms=_on("HasChannels", "AWS::CloudWatch::Alarm"),
        dashboards=_always("AWS::CloudWatch::Dashboard"),
        keys=_always("AWS::KMS::Key"),
    )


def _always(kind: str) -> int:
    return sum(1 for name in of_type(kind) if "Condition" not in RESOURCES[name])


def _on(condition: str, kind: str) -> int:
    return sum(1 for name in of_type(kind) if RESOURCES[name].get("Condition") == condition)


def _default(parameter: str) -> Any:
    return DOCUMENT["Parameters"][parameter]["Default"]


def _hours(parameter: str) -> float:
    """Return how many hours are between two runs."""
    pace: timedelta = TypeAdapter(Pace).validate_python(_default(parameter))
    return pace / timedelta(hours=1)
