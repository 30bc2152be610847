"""Fields of a document that somebody else wrote: what each is to be, or nothing."""

import pytest
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.fields import clock_of, number, severity_of


def test_a_number_is_one_and_nothing_else_is() -> None:
    assert (number({"days_left": -3}, "days_left"), number({"days_left": 0}, "days_left")) == (-3, 0)
    assert [number({"days_left": said}, "days_left") for said in ("3", 3.0, None, [3])] == [None] * 4
    assert number({}, "days_left") is None


@pytest.mark.parametrize("severity", Severity)
def test_a_severity_is_read_back(severity: Severity) -> None:
    assert severity_of({"severity": severity.value}) is severity


@pytest.mark.parametrize("clock", Clock)
def test_a_clock_is_read_back(clock: Clock) -> None:
    assert clock_of({"clock": clock.value}) is clock


@pytest.mark.parametrize("said", ["", "info", "LOUD", 3, None, ["INFO"]])
def test_what_is_no_severity_and_no_clock_is_none(said: object) -> None:
    assert (severity_of({"severity": said}), clock_of({"clock": said})) == (None, None)
