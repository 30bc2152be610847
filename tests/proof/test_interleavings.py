"""Two runs in every order of their steps: one winner, nothing lost, nothing repeated without a cause."""

import logging
import os
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

import pytest

from tests.proof.bugs import Bug, claim_two_steps, claim_unfenced, forget_attempts, no_lease, resolve_any_change
from tests.proof.interleavings import SCENARIOS, Scenario, explored, schedules
from tests.proof.kernel import quiet

SAMPLE = 101
"""One schedule in so many is played in every test run; a prime, so that it meets every kind of fault."""


@pytest.mark.fault("S2")
@pytest.mark.fault("S4")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_sample_of_all_orders_keeps_the_promise(scenario: Scenario) -> None:
    with quiet():
        played, outcomes = explored(scenario, every=SAMPLE if scenario.steps != (3, 3) else 5)

    assert played >= 190
    assert outcomes > 3


@pytest.mark.exhaustive
def test_every_order_keeps_the_promise() -> None:
    shares = os.cpu_count() or 1
    # Spawned, not forked: the suite has threads.
    with ProcessPoolExecutor(shares, get_context("spawn"), logging.disable, (logging.CRITICAL,)) as pool:
        played = sum(
            count
            for scenario in SCENARIOS
            for count, _ in pool.map(explored, repeat(scenario, shares), range(shares), repeat(shares))
        )

    assert played == sum(1 for scenario in SCENARIOS for _ in schedules(scenario))
    assert played >= 400_000


@pytest.mark.parametrize("bug", [claim_unfenced, claim_two_steps, no_lease, forget_attempts, resolve_any_change])
def test_a_bug_is_found_by_trying_every_order(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)

    with quiet(), pytest.raises(AssertionError):
        _explore_all()


def _explore_all() -> None:
    for scenario in SCENARIOS:
        explored(scenario, every=37)
