"""What may be left as it is in the template, and what may not."""

import pytest

from supply.audit import LEFT, left_as_is, stale, unexpected
from tests.infra.template import RESOURCES

LEFT_FOR_A_REASON = {"CKV_1": ["Table", "Topic"], "CKV_2": "everywhere"}


def test_a_finding_is_expected_only_where_a_reason_was_given() -> None:
    found = {("CKV_1", "Table"), ("CKV_1", "Bucket"), ("CKV_2", "Anything"), ("CKV_3", "Table")}

    assert unexpected(found, LEFT_FOR_A_REASON) == [("CKV_1", "Bucket"), ("CKV_3", "Table")]


def test_a_rule_that_nothing_breaks_any_more_is_told() -> None:
    assert stale({("CKV_2", "Table")}, LEFT_FOR_A_REASON) == ["CKV_1"]


@pytest.mark.parametrize(
    "entry",
    ["{where: [Table]}", "{where: [Table], why: too dear}", "{why: It would cost more than all the rest does.}", ""],
)
def test_a_rule_without_a_reason_that_can_be_judged_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match="CKV_9"):
        left_as_is(f"CKV_9: {entry}")


def test_whatever_is_left_as_it_is_exists() -> None:
    for where in left_as_is(LEFT.read_text()).values():
        assert where == "everywhere" or set(where) <= set(RESOURCES)
