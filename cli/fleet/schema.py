"""The JSON Schema of fleet files, made from the models that read them."""

import json
from typing import Any

from cli.fleet.rows import FleetFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema."""
    return {"$schema": DIALECT, **FleetFile.model_json_schema()}


def schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
