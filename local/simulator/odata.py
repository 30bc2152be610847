"""The parts of OData that 3CX speaks: selections and errors."""

from collections.abc import Collection, Mapping
from typing import Any

from aiohttp import web


class RefusedError(Exception):
    """A request that the PBX refuses; `target` is the part of it that is to blame."""

    def __init__(self, status: int, message: str, target: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.target = target


def error_response(error: RefusedError, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an error in the shape that OData gives it."""
    main: dict[str, Any] = {"code": "", "message": error.message, "details": []}
    if error.target is not None:
        main["message"] = f"{error.target}:\n{error.message}"
        main["details"] = [{"code": "", "target": error.target, "message": error.message}]
    return web.json_response({"error": main}, status=error.status, headers=headers)


def selection(request: web.Request, known: Collection[str], what: str) -> list[str] | None:
    """Return the properties that were asked for, or None for all; one that is not known spoils the request."""
    if "$select" not in request.query:
        return None
    wanted = [name.strip() for name in request.query["$select"].split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise RefusedError(400, f"There is no property named '{name}' on type '{what}'.", "$select")
    return wanted or None


def selected(facts: dict[str, Any], wanted: list[str] | None) -> dict[str, Any]:
    """Return the part of the facts that was asked for."""
    return facts if wanted is None else {name: facts[name] for name in wanted}


def context(fqdn: str, what: str, wanted: list[str] | None) -> dict[str, str]:
    """Return the annotation that says what an answer is."""
    part = f"({','.join(wanted)})" if wanted else ""
    return {"@odata.context": f"https://{fqdn}/xapi/v1/$metadata#{what}{part}"}
