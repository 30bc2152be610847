"""The promise under random schedules: nothing lost, nothing repeated outside the documented window."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.kernel import quiet
from tests.proof.machine import COVERED, Schedules

FLOORS = {
    "died between publish and mark": 500,
    "ambiguous publish": 500,
    "resolve": 500,
    "lost mark": 100,
}
"""What 10,000 schedules must have covered at least, or the number means little."""


@pytest.mark.fault("S4")
@pytest.mark.fault("D2")
@pytest.mark.parametrize(
    "schedules", [150, pytest.param(10_000, marks=pytest.mark.exhaustive)], ids=["some", "ten thousand"]
)
def test_nothing_is_lost_and_nothing_repeated_whatever_happens_when(schedules: int) -> None:
    COVERED.clear()
    relaxed = settings(
        max_examples=schedules,
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    with quiet():
        run_state_machine_as_test(Schedules, settings=relaxed)

    for what, floor in FLOORS.items():
        assert COVERED[what] >= floor * min(schedules, 10_000) / 10_000, f"{what}: {COVERED[what]}"
