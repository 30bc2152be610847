"""What to do about a field that the models of a fleet file refuse."""

import difflib
from typing import Any

from cli.fleet.located import Place
from cli.fleet.rows import FleetFile, Part, Row, SecretSource, TlsRow

SECRET_NAMES = frozenset({"password", "pass", "client_secret", "secret_key", "pwd"})
WRONG_SHAPES = {
    "model_type": f"give its fields: {', '.join(Row.model_fields)}.",
    "list_type": "give a list: every instance begins with a dash.",
    "string_type": "give text; put it in quotes if it is empty or a number.",
}
PARTS: dict[str, type[Part]] = {"secret": SecretSource, "tls": TlsRow}


def remedy(problem: Any, place: Place) -> str:
    """Return the remedy for one of pydantic's problems as the end of a sentence; no value of the file is in it."""
    kind, field = problem["type"], str(place[-1])
    if kind == "missing":
        return "is missing: add it."
    if kind == "extra_forbidden":
        if field.lower() in SECRET_NAMES:
            return "secrets do not belong in this file: give `secret: {env: NAME}` or `secret: {file: PATH}`."
        return f"is no field here{_nearest(field, place)}."
    if kind == "string_pattern_mismatch" and field == "id":
        return "use lower-case letters, digits and hyphens, at most 64."
    if kind in WRONG_SHAPES:
        return WRONG_SHAPES[kind]
    return f"{problem['msg'].removeprefix('Value error, ').rstrip('.')}."


def _nearest(field: str, place: Place) -> str:
    parent = str(place[-2]) if len(place) > 1 else ""
    model = PARTS.get(parent, Row if len(place) > 1 else FleetFile)
    near = difflib.get_close_matches(field, list(model.model_fields), n=1)
    return f": did you mean {near[0]}?" if near else f": there are {', '.join(model.model_fields)}"
