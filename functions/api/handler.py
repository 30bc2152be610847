"""The HTTP API: pages, sign-in, refresh, instances."""

from functools import cache
from typing import Any

from lapsewatch.wiring.api import api
from lapsewatch.wiring.observability import observed

api = cache(api)
observed = cache(observed)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take an HTTP API event (payload 2.0); return its response."""
    logger, _ = observed()
    logger.set_correlation_id(context.aws_request_id)
    return api().resolve(event, context)
