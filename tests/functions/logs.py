"""Everything that could ever be logged, caught."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lapsewatch.wiring.observability import observed


@contextmanager
def all_that_is_logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Log everything that can be logged, as the function does with LogLevel DEBUG and Powertools' own debug switch."""
    loggers = [logging.getLogger(name) for name in (None, "lapsewatch", "aws_lambda_powertools")]
    before = [(logger.level, logger.handlers, logger.propagate) for logger in loggers]
    log = io.StringIO()
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "all-that-is-logged")
    try:
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
            logger.handlers = [logging.StreamHandler(log)]
        observed()
        loggers[1].handlers = [logging.StreamHandler(log)]
        yield log
    finally:
        for logger, (level, handlers, propagate) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.handlers = handlers
            logger.propagate = propagate
