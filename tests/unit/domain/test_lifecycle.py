"""What removing, re-creating and correcting an instance leaves of what was remembered."""

from dataclasses import replace

import pytest
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import Answer
from lapsewatch.domain.lifecycle import removal, revival, without_expiry
from lapsewatch.domain.reading import Absorbed, Resolve
from lapsewatch.domain.state import InstanceState

from tests.builders import ID, MAINTENANCE_EXPIRY, license, never_read, series, state

LICENSE_ALERT, MAINTENANCE_ALERT = "license#000004#010", "maintenance#000002#060"
BOTH = state(
    license(maintenance_expires_at=MAINTENANCE_EXPIRY),
    running=[
        series(cycle=4, claimed=10, open_alerts=[LICENSE_ALERT]),
        series(Clock.MAINTENANCE, cycle=2, claimed=60, open_alerts=[MAINTENANCE_ALERT]),
    ],
    obs_seq=41,
    notes={Clock.LICENSE: "the PBX gave no expiration date any more"},
)


def test_a_removal_settles_every_open_alert_and_keeps_the_count_of_cycles() -> None:
    assert removal(BOTH) == Absorbed(
        replace(
            BOTH,
            enabled=False,
            deleted=True,
            obs_seq=42,
            series={},
            last_cycles={Clock.LICENSE: 5, Clock.MAINTENANCE: 3},
        ),
        (
            Resolve(Clock.LICENSE, 5, frozenset({LICENSE_ALERT}), Answer.REMOVED),
            Resolve(Clock.MAINTENANCE, 3, frozenset({MAINTENANCE_ALERT}), Answer.REMOVED),
        ),
    )


def test_a_removal_says_nothing_to_those_who_were_never_alerted() -> None:
    removed = removal(state(running=[series(cycle=4)]))

    assert removed.resolves == ()
    assert removed.state.last_cycles == {Clock.LICENSE: 5}


def test_a_removal_keeps_the_cycles_of_a_clock_that_stopped_before() -> None:
    removed = removal(state(running=[series()], last_cycles={Clock.MAINTENANCE: 7}))

    assert removed.state.last_cycles == {Clock.LICENSE: 2, Clock.MAINTENANCE: 7}


@pytest.mark.parametrize("enabled", [True, False])
def test_an_id_that_comes_back_remembers_its_cycles_and_its_fences_and_nothing_else(enabled: bool) -> None:
    tombstone = removal(replace(BOTH, ver=17)).state

    assert revival(tombstone, enabled=enabled) == InstanceState(
        ID, enabled=enabled, ver=17, obs_seq=42, last_cycles={Clock.LICENSE: 5, Clock.MAINTENANCE: 3}
    )


def test_an_accepted_end_of_the_license_clock_leaves_a_perpetual_license_and_no_note() -> None:
    assert without_expiry(BOTH, Clock.LICENSE) == Absorbed(
        replace(
            BOTH,
            perpetual=True,
            notes={},
            series={Clock.MAINTENANCE: BOTH.series[Clock.MAINTENANCE]},
            last_cycles={Clock.LICENSE: 5},
        ),
        (Resolve(Clock.LICENSE, 5, frozenset({LICENSE_ALERT}), Answer.NO_EXPIRY),),
    )


def test_an_accepted_end_of_the_maintenance_clock_leaves_the_license_dated() -> None:
    accepted = without_expiry(BOTH, Clock.MAINTENANCE)

    assert not accepted.state.perpetual
    assert set(accepted.state.series) == {Clock.LICENSE}
    assert accepted.resolves == (Resolve(Clock.MAINTENANCE, 3, frozenset({MAINTENANCE_ALERT}), Answer.NO_EXPIRY),)


def test_an_instance_without_any_clock_is_not_perpetual() -> None:
    accepted = without_expiry(state(running=[series()]), Clock.LICENSE)

    assert accepted.state.series == {}
    assert not accepted.state.perpetual


def test_an_instance_that_was_never_read_is_removed_without_a_word() -> None:
    assert removal(never_read()) == Absorbed(replace(never_read(), enabled=False, deleted=True, obs_seq=1))
