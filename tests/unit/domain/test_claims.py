"""What an instance owes, as rows to be claimed one after the other."""

from dataclasses import replace
from datetime import timedelta

from lapsewatch.domain.claims import Claim, claims
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.milestones import DEFAULT_RULES, EXPIRED
from lapsewatch.domain.state import InstanceState

from tests.builders import EXPIRY, NEW_YORK, NOW, UTC_ZONE, license, never_read, row, series, state, utc

SOON = EXPIRY + timedelta(days=5)
"""Maintenance that ends so soon owes its second milestone at `NOW`."""


def owed(by: InstanceState) -> list[Claim]:
    return list(claims(by, DEFAULT_RULES, NEW_YORK, NOW))


def test_a_claim_takes_the_milestone_opens_its_alert_and_raises_the_version() -> None:
    before = state(running=[series(open_alerts=["license#000001#020"])], ver=7)

    assert owed(before) == [
        Claim(
            row=row(10, created_at=NOW),
            before=before,
            after=replace(
                before,
                ver=8,
                series={Clock.LICENSE: series(claimed=10, open_alerts=["license#000001#020", "license#000001#010"])},
            ),
            due_at=utc(2026, 6, 17, 12),
        )
    ]


def test_two_clocks_are_claimed_one_after_the_other() -> None:
    before = state(license(maintenance_expires_at=SOON))

    first, second = owed(before)

    assert [claim.row for claim in (first, second)] == [row(10), row(30, clock=Clock.MAINTENANCE)]
    assert (first.before, second.before) == (before, first.after)
    assert {clock: running.claimed for clock, running in second.after.series.items()} == {
        Clock.LICENSE: 10,
        Clock.MAINTENANCE: 30,
    }
    assert second.after.ver == before.ver + 2
    assert second.due_at == utc(2026, 6, 17, 12)


def test_a_clock_that_owes_nothing_does_not_hide_the_other() -> None:
    before = state(running=[series(claimed=10), series(Clock.MAINTENANCE, expires_at=SOON)])

    assert [claim.row for claim in owed(before)] == [row(30, clock=Clock.MAINTENANCE)]


def test_what_is_owed_is_a_question_of_the_tenant_s_calendar() -> None:
    on_one_day_in_new_york = state(
        running=[
            series(expires_at=utc(2026, 6, 20, 23), claimed=10),
            series(Clock.MAINTENANCE, expires_at=utc(2026, 6, 21, 3)),
        ]
    )
    nine_in_the_morning_utc = utc(2026, 6, 10, 9)

    assert owed(on_one_day_in_new_york) == []
    assert len(list(claims(on_one_day_in_new_york, DEFAULT_RULES, UTC_ZONE, NOW))) == 1
    assert list(claims(state(), DEFAULT_RULES, NEW_YORK, nine_in_the_morning_utc)) == []
    assert len(list(claims(state(), DEFAULT_RULES, UTC_ZONE, nine_in_the_morning_utc))) == 1


def test_the_next_due_instant_of_a_claim_is_in_the_tenant_s_calendar() -> None:
    shared = state(
        running=[series(expires_at=utc(2026, 6, 20, 23)), series(Clock.MAINTENANCE, expires_at=utc(2026, 6, 21, 3))]
    )

    [claim] = claims(shared, DEFAULT_RULES, NEW_YORK, utc(2026, 6, 20, 23))

    assert claim.row.key.milestone == EXPIRED
    assert claim.due_at is None


def test_an_instance_that_was_never_read_owes_nothing() -> None:
    assert owed(never_read()) == []
