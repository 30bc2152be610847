"""The promise under random schedules: nothing lost, nothing repeated outside the documented window."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.kernel import quiet
from tests.proof.machine import COVERED, Schedules

ENOUGH = 10_000
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
    "schedules", [150, pytest.param(ENOUGH, marks=pytest.mark.exhaustive)], ids=["some", "ten thousand"]
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

    # Of a few schedules chance decides what they meet.
    for what, floor in FLOORS.items() if schedules >= ENOUGH else ():
        assert COVERED[what] >= floor, f"{what}: {COVERED[what]}"
