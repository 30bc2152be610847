"""Plain values as DynamoDB spells them, and back. boto3's own converters take several times as long."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

type Item = dict[str, Any]


def to_wire(item: Mapping[str, Any]) -> Item:
    """Return an item as DynamoDB's attribute values; None is left out."""
    return {name: _spelled(value) for name, value in item.items() if value is not None}


def from_wire(item: Mapping[str, Any]) -> Item:
    """Return an item as plain values, whole numbers as int."""
    return {name: _read(value) for name, value in item.items()}


def _spelled(value: Any) -> Item:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case Mapping():
            return {"M": {name: _spelled(inner) for name, inner in value.items()}}
        case list() | tuple():
            return {"L": [_spelled(inner) for inner in value]}
        case set() | frozenset() if value and all(isinstance(inner, str) for inner in value):
            return {"SS": sorted(value)}
        case bytes():
            return {"B": value}
        case _:
            raise TypeError(f"{type(value).__name__} is not stored")


def _read(value: Mapping[str, Any]) -> Any:
    [(kind, inner)] = value.items()
    match kind:
        case "S" | "BOOL" | "B":
            return inner
        case "SS" | "BS":
            return set(inner)
        case "N":
            return _number(inner)
        case "M":
            return {name: _read(found) for name, found in inner.items()}
        case "L":
            return [_read(found) for found in inner]
        case "NS":
            return {_number(found) for found in inner}
        case _:
            return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else int(Decimal(text))
