"""Every seeded bug is caught: the proof can fail."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from lapsewatch.errors import InstanceBusyError

from tests.proof.bugs import Bug, bugs
from tests.proof.kernel import quiet
from tests.proof.machine import Schedules

PATIENCE = settings(
    max_examples=10_000,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


RARE = frozenset({"no_fence", "short_lease", "resolve_unordered", "no_park"})
"""These need some hundred schedules to show."""


def _named(bug: Bug) -> Any:
    return pytest.param(bug, id=bug.__name__, marks=[pytest.mark.exhaustive] * (bug.__name__ in RARE))


@pytest.mark.parametrize("bug", [_named(bug) for bug in bugs()])
def test_a_seeded_bug_is_caught(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)

    with quiet(), pytest.raises(Exception) as caught:  # noqa: PT011  an assertion, or a group of several
        run_state_machine_as_test(Schedules, settings=PATIENCE)

    assert _is_violation(caught.value), caught.value


def _is_violation(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_is_violation(inner) for inner in error.exceptions)
    # An instance that can never be changed again is as broken as a promise.
    return isinstance(error, AssertionError | InstanceBusyError)
