"""Requests that came through the gateway's check of a token of an identity provider."""

from collections.abc import Mapping
from typing import Any

from lapsewatch.domain.oidc import Claims

PREFIX = "/oidc"
"""Before the paths of the API: the template's route for such tokens, and none of ours."""


def claims_of(event: Mapping[str, Any]) -> Claims | None:
    """Return the claims of a checked token. Only the gateway can write them: they are no part of a request."""
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims")
    return claims if isinstance(claims, Mapping) and claims else None


def as_routed(event: dict[str, Any]) -> dict[str, Any]:
    """Return a request as the routes know it: without the prefix, which counts only where a token was checked."""
    path = str(event.get("rawPath") or "")
    if claims_of(event) is None or not path.startswith(f"{PREFIX}/api/"):
        return event
    plain = path.removeprefix(PREFIX)
    context = event["requestContext"]
    return {**event, "rawPath": plain, "requestContext": {**context, "http": {**context["http"], "path": plain}}}
