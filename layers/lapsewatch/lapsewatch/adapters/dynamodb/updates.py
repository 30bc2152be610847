"""Conditional writes spelled from plain values. There is no way to write one without a condition."""

from collections.abc import Mapping
from typing import Any

from lapsewatch.adapters.dynamodb.wire import Item, to_wire


def update(
    pk: str,
    sk: str,
    changes: Mapping[str, Any],
    *,
    condition: str,
    values: Mapping[str, Any] | None = None,
    add: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> Item:
    """Return an update that sets what has a value, removes what is None and adds to numbers and sets.

    A name may be a path into one map, such as `license.claimed`. Attributes that are not named stay as they are.
    """
    spelled = _Spelling()
    sets = [f"{spelled.path(name)} = {spelled.value(value)}" for name, value in changes.items() if value is not None]
    removes = [spelled.path(name) for name, value in changes.items() if value is None]
    adds = [f"{spelled.path(name)} {spelled.value(value)}" for name, value in (add or {}).items()]
    clauses = (("SET", sets), ("REMOVE", removes), ("ADD", adds))
    request: Item = {
        "Key": to_wire({"pk": pk, "sk": sk}),
        "UpdateExpression": " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts),
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {**spelled.names, **(names or {})},
    }
    if all_values := {**spelled.values, **(values or {})}:
        request["ExpressionAttributeValues"] = to_wire(all_values)
    return {"Update": request}


def put_new(item: Item) -> Item:
    """Return a put that fails if the item is there already."""
    return {"Put": {"Item": to_wire(item), "ConditionExpression": "attribute_not_exists(pk)"}}


class _Spelling:
    """Placeholders, since many good attribute names are reserved words."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def path(self, name: str) -> str:
        return ".".join(self._name(part) for part in name.split("."))

    def _name(self, part: str) -> str:
        alias = next((alias for alias, known in self.names.items() if known == part), f"#n{len(self.names)}")
        self.names[alias] = part
        return alias

    def value(self, value: Any) -> str:
        alias = f":v{len(self.values)}"
        self.values[alias] = value
        return alias
