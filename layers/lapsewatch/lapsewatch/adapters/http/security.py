"""The headers that every answer carries."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import Response

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
FRESH = "private, no-store"
"""Data and errors are never kept by a browser; pages and assets say otherwise themselves."""


def secured(app: Any, next_middleware: Callable[[Any], Response[Any]]) -> Response[Any]:
    """Add the headers to whatever the route answered."""
    answer = next_middleware(app)
    answer.headers = {"Cache-Control": FRESH, **HEADERS, **answer.headers}
    return answer
