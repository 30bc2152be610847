"""Structured logs and metrics, the same in every function."""

import logging
from collections.abc import Mapping

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

CHATTY = ("aws_lambda_powertools", "boto3", "botocore", "urllib3")
"""At DEBUG these print secrets, keys and paths that they were handed, so they never speak below WARNING."""


def observed() -> tuple[Logger, Metrics]:
    """Return the function's logger and metrics; the package's own loggers speak through the same formatter."""
    logger = Logger()
    package = logging.getLogger("lapsewatch")
    package.handlers = logger.handlers
    package.setLevel(logger.log_level)
    package.propagate = False
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    return logger, Metrics()


def count(metrics: Metrics, counts: Mapping[str, int]) -> None:
    """Emit counts such as `poll_failed` as metrics such as `PollFailed`."""
    for name, value in counts.items():
        metrics.add_metric(
            name="".join(part.capitalize() for part in name.split("_")), unit=MetricUnit.Count, value=value
        )
    metrics.flush_metrics()
