"""What to do about a field that the models of a fleet file refuse."""

import difflib
from typing import Any

from cli.fleet.located import Place
from cli.fleet.parts import Part
from cli.fleet.routes.rows import MatchRow, RouteRow, RouteSecret
from cli.fleet.rows import FleetFile, Row, SecretSource, TlsRow

SHORT_NAMES = {"id": 64, "name": 32, "escalate_to": 32}
SECRET_NAMES = frozenset({"password", "pass", "client_secret", "secret_key", "pwd"})
WRONG_SHAPES = {
    "list_type": "give a list: every item begins with a dash.",
    "string_type": "give text; put it in quotes if it is empty or a number.",
}
PARTS: dict[str, dict[str, type[Part]]] = {
    "instances": {"": Row, "secret": SecretSource, "tls": TlsRow},
    "routes": {"": RouteRow, "secret": RouteSecret, "match": MatchRow},
}


def remedy(problem: Any, place: Place) -> str:
    """Return the remedy for one of pydantic's problems as the end of a sentence; no value of the file is in it."""
    kind, field = problem["type"], str(place[-1])
    if kind == "missing":
        return "is missing: add it."
    if kind == "extra_forbidden":
        if field.lower() in SECRET_NAMES:
            return "secrets do not belong in this file: give `secret: {env: NAME}` or `secret: {file: PATH}`."
        return f"is no field here{_nearest(field, place)}."
    if kind == "model_type":
        return f"give its fields: {', '.join(_model(place, field).model_fields)}."
    if kind == "string_pattern_mismatch" and field in SHORT_NAMES:
        return f"use lower-case letters, digits and hyphens, at most {SHORT_NAMES[field]}."
    if kind in WRONG_SHAPES:
        return WRONG_SHAPES[kind]
    return f"{problem['msg'].removeprefix('Value error, ').rstrip('.')}."


def _nearest(field: str, place: Place) -> str:
    model = _model(place, str(place[-2]) if len(place) > 1 else "")
    near = difflib.get_close_matches(field, list(model.model_fields), n=1)
    return f": did you mean {near[0]}?" if near else f": there are {', '.join(model.model_fields)}"


def _model(place: Place, part: str) -> type[Part]:
    """Return the model of a part of the file, by the list that it is in and by its name."""
    parts = PARTS.get(str(place[0]), {}) if len(place) > 1 else {}
    return parts.get(part) or parts.get("") or FleetFile
