"""What is remembered of an instance, and which of its clocks may speak."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.milestones import DEFAULT_RULES, EXPIRED
from lapsewatch.domain.state import InstanceState, next_due_at, speaking_series, state_due_at

from tests.builders import (
    EXPIRY,
    ID,
    MAINTENANCE_EXPIRY,
    NEW_YORK,
    NOW,
    UTC_ZONE,
    license,
    never_read,
    perpetual_license,
    series,
    state,
    utc,
)


def test_a_new_instance_was_never_written_and_never_failed() -> None:
    new = InstanceState(ID)

    assert (new.ver, new.obs_seq, new.fail_count, new.observed_at, new.series) == (0, 0, 0, None, {})


def test_a_refresh_holds_the_token_until_its_lease_ends() -> None:
    held = state(lease_until=NOW)

    assert held.leased(NOW - timedelta(seconds=1))
    assert not held.leased(NOW)
    assert not state().leased(NOW)


def test_two_clocks_with_two_days_both_speak() -> None:
    both = state(license(maintenance_expires_at=MAINTENANCE_EXPIRY))

    assert [speaking.clock for speaking in speaking_series(both, NEW_YORK)] == [Clock.LICENSE, Clock.MAINTENANCE]


def test_two_clocks_that_end_on_one_day_speak_once_as_the_license() -> None:
    both = state(license(maintenance_expires_at=EXPIRY + timedelta(hours=5)))

    assert [speaking.clock for speaking in speaking_series(both, NEW_YORK)] == [Clock.LICENSE]


def test_whether_two_clocks_end_on_one_day_is_a_question_of_the_tenant_s_calendar() -> None:
    evening, night = utc(2026, 6, 20, 23), utc(2026, 6, 21, 3)

    for ends, maintenance_ends in ((evening, night), (night, evening)):
        both = state(license(expires_at=ends, maintenance_expires_at=maintenance_ends))
        assert len(speaking_series(both, NEW_YORK)) == 1
        assert len(speaking_series(both, UTC_ZONE)) == 2


def test_a_perpetual_license_speaks_of_its_maintenance_alone() -> None:
    perpetual = state(perpetual_license())

    assert [speaking.clock for speaking in speaking_series(perpetual, NEW_YORK)] == [Clock.MAINTENANCE]


def test_an_instance_without_a_date_is_never_due() -> None:
    assert speaking_series(never_read(), NEW_YORK) == ()
    assert state_due_at(never_read(), DEFAULT_RULES, NEW_YORK) is None


def test_an_instance_is_due_with_the_first_of_its_clocks() -> None:
    both = state(license(maintenance_expires_at=MAINTENANCE_EXPIRY))
    license_done = state(
        running=[series(claimed=EXPIRED), series(Clock.MAINTENANCE, expires_at=MAINTENANCE_EXPIRY, claimed=60)]
    )

    assert state_due_at(both, DEFAULT_RULES, NEW_YORK) == utc(2026, 6, 10, 12)
    assert state_due_at(license_done, DEFAULT_RULES, NEW_YORK) == utc(2027, 1, 30, 13)


def test_the_silent_clock_of_a_shared_day_never_makes_an_instance_due() -> None:
    shared = state(
        running=[
            series(expires_at=utc(2026, 6, 20, 23), claimed=EXPIRED),
            series(Clock.MAINTENANCE, expires_at=utc(2026, 6, 21, 3)),
        ]
    )

    assert state_due_at(shared, DEFAULT_RULES, NEW_YORK) is None
    assert state_due_at(shared, DEFAULT_RULES, UTC_ZONE) is not None
    assert next_due_at(shared, DEFAULT_RULES, NOW, NEW_YORK) is None
    assert next_due_at(shared, DEFAULT_RULES, NOW, UTC_ZONE) is not None


def test_an_instance_whose_notices_all_went_out_is_not_due_any_more() -> None:
    assert state_due_at(state(running=[series(claimed=EXPIRED)]), DEFAULT_RULES, NEW_YORK) is None


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("America/New_York", utc(2026, 6, 10, 12)), ("Pacific/Auckland", utc(2026, 6, 10, 20))],
)
def test_an_instance_is_due_at_its_own_tenant_s_hour(zone: str, expected: object) -> None:
    assert state_due_at(state(), DEFAULT_RULES, ZoneInfo(zone)) == expected
