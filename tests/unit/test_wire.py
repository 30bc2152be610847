"""Plain values and DynamoDB's: the same as boto3 makes of them, but in a fraction of its time."""

from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from lapsewatch.adapters.dynamodb.wire import from_wire, to_wire

VALUES: tuple[Any, ...] = (
    *("", "text", "\U0001f9b7", True, False, 0, -1, 2**62, [], {}),
    *([1, "a", None, [True]], {"a": {"b": [{"c": 1}]}, "none": None}, {"a"}, b"x"),
)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_spelled_as_boto3_spells_it_and_comes_back(value: Any) -> None:
    spelled = to_wire({"value": value})["value"]

    assert spelled == TypeSerializer().serialize(value)
    assert from_wire({"value": spelled}) == {"value": value}
    assert TypeDeserializer().deserialize(spelled) == value


def test_nothing_is_no_attribute() -> None:
    assert to_wire({"pk": "x", "gone": None}) == {"pk": {"S": "x"}}


def test_a_type_that_is_not_stored_is_an_error_and_not_a_text() -> None:
    with pytest.raises(TypeError, match="float is not stored"):
        to_wire({"value": 1.5})


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("-7", -7), ("1E+2", 100)])
def test_a_number_is_whole_however_it_is_written(text: str, number: int) -> None:
    assert from_wire({"value": {"N": text}}) == {"value": number}


def test_what_another_version_stored_in_a_type_of_its_own_is_read_too() -> None:
    stored: Any = {"names": {"SS": ["a"]}, "counts": {"NS": ["1", "2"]}, "bytes": {"B": b"x"}, "none": {"NULL": True}}

    assert from_wire(stored) == {"names": {"a"}, "counts": {1, 2}, "bytes": b"x", "none": None}
