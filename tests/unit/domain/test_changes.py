"""What is different from the last observation, and which of it is news."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.changes import (
    DATES,
    JUMP,
    RECENT,
    Change,
    Recent,
    changed_lately,
    changes,
    fallen,
    left_behind,
    news,
    recent,
    renewed_elsewhere,
)
from lapsewatch.domain.license import Seats

from tests.builders import EXPIRY, NOW, license

BEFORE = license(seats=Seats(used=31, limit=80))


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (replace(BEFORE, product_code="3CXPSPROFENTSPLA"), ("edition", "Professional (SPLA)", "Enterprise (SPLA)")),
        (replace(BEFORE, sim_calls=16), ("simultaneous calls", "8", "16")),
        (replace(BEFORE, seats=Seats(used=31, limit=40)), ("seats", "80", "40")),
        (replace(BEFORE, reseller="Another"), ("reseller", "Example Telecom", "Another")),
        (replace(BEFORE, fqdn="other.3cx.us"), ("FQDN", "northwind.3cx.us", "other.3cx.us")),
        (replace(BEFORE, key="AAAA-BBBB-CCCC-DDDD"), ("license key", "····-····-····-9Q1S", "····-····-····-DDDD")),
        (
            replace(BEFORE, expires_at=EXPIRY + timedelta(days=1)),
            ("license date", "2026-06-20T16:00:00Z", "2026-06-21T16:00:00Z"),
        ),
    ],
)
def test_a_fact_that_is_different_is_named_with_both_values(after: object, change: tuple[str, str, str]) -> None:
    assert changes(BEFORE, after) == (Change(*change),)  # type: ignore[arg-type]


def test_a_key_that_differs_only_in_its_hidden_part_is_still_a_change() -> None:
    other = replace(BEFORE, key="AAAA-7XFG-2R4K-9Q1S")

    assert changes(BEFORE, other) == (
        Change("license key", "····-····-····-9Q1S", "another one that ends in 9Q1S too"),
    )


def test_a_first_observation_changes_nothing() -> None:
    assert changes(None, BEFORE) == ()


@pytest.mark.parametrize("name", ["key", "product_code", "fqdn", "reseller", "sim_calls", "expires_at"])
def test_what_one_of_the_two_does_not_say_is_no_change(name: str) -> None:
    silent = replace(BEFORE, **{name: None})  # type: ignore[arg-type]

    assert changes(BEFORE, silent) == ()
    assert changes(silent, BEFORE) == ()


def test_used_seats_versions_and_jitter_are_no_changes() -> None:
    after = replace(BEFORE, version="20.0.9.1", seats=Seats(used=40, limit=80), expires_at=EXPIRY + timedelta(hours=23))

    assert changes(BEFORE, after) == ()


def test_dates_alone_are_recorded_but_are_no_news() -> None:
    found = changes(BEFORE, replace(BEFORE, expires_at=EXPIRY + timedelta(days=365)))

    assert found != ()
    assert not news(found, {}, NOW)
    assert left_behind(found, {}, NOW) == {}


def test_a_value_that_comes_back_within_a_day_is_no_news() -> None:
    there = changes(BEFORE, replace(BEFORE, reseller="Another"))
    back = changes(replace(BEFORE, reseller="Another"), BEFORE)
    left = left_behind(there, {}, NOW)

    assert news(there, {}, NOW)
    assert not news(back, left, NOW + timedelta(hours=23))
    assert news(back, left, NOW + timedelta(hours=24))
    assert left_behind((), left, NOW + timedelta(hours=24)) == {}


def test_a_later_date_with_another_key_or_reseller_was_renewed_elsewhere() -> None:
    later = EXPIRY + timedelta(days=365)

    assert renewed_elsewhere(changes(BEFORE, replace(BEFORE, expires_at=later, reseller="Another")))
    assert renewed_elsewhere(changes(BEFORE, replace(BEFORE, expires_at=later, key="AAAA-BBBB-CCCC-DDDD")))
    assert not renewed_elsewhere(changes(BEFORE, replace(BEFORE, expires_at=later)))
    assert not renewed_elsewhere(changes(BEFORE, replace(BEFORE, reseller="Another")))
    assert not renewed_elsewhere(
        changes(BEFORE, replace(BEFORE, expires_at=EXPIRY - timedelta(days=9), reseller="Another"))
    )


@pytest.mark.parametrize(
    ("fact", "before", "after", "falls"),
    [
        ("simultaneous calls", "16", "2", True),
        ("simultaneous calls", "8", "16", False),
        ("simultaneous calls", "96", "128", False),
        ("seats", "80", "40", True),
        ("seats", "40", "80", False),
        ("edition", "Enterprise (SPLA)", "Professional (SPLA)", True),
        ("edition", "Professional (Perpetual)", "Standard (SPLA)", True),
        ("edition", "Standard (SPLA)", "Enterprise (SPLA)", False),
        ("edition", "Professional (Perpetual)", "Professional (SPLA)", False),
        ("edition", "Enterprise (SPLA)", "3CXHOSTED", False),
        ("reseller", "9", "1", False),
        ("license date", "2026-06-20T16:00:00Z", "2025-06-20T16:00:00Z", False),
        ("simultaneous calls", "many", "\u00b2", False),
    ],
)
def test_a_license_falls_by_fewer_calls_or_seats_or_a_lesser_edition(
    fact: str, before: str, after: str, falls: bool
) -> None:
    change = Change(fact, before, after)

    assert change.falls is falls
    assert fallen([change]) == ((change,) if falls else ())


def test_every_changed_fact_but_a_date_is_flagged_with_when() -> None:
    found = changes(BEFORE, replace(BEFORE, fqdn="other.3cx.us", reseller="Another", expires_at=EXPIRY + JUMP))

    assert changed_lately(found, {}, NOW) == {"FQDN": NOW, "reseller": NOW}


def test_a_fact_that_changes_again_is_flagged_anew_and_an_old_flag_goes() -> None:
    found = changes(BEFORE, replace(BEFORE, sim_calls=16))
    known = {"simultaneous calls": NOW - timedelta(days=3), "FQDN": NOW - RECENT, "reseller": NOW - timedelta(days=13)}

    kept = changed_lately(found, known, NOW)

    assert kept == {"simultaneous calls": NOW, "reseller": NOW - timedelta(days=13)}


@pytest.mark.parametrize(
    ("moved", "flagged"),
    [
        (JUMP + timedelta(seconds=1), {"license date jump": NOW}),
        (JUMP, {}),
        (timedelta(days=365), {}),
        (-timedelta(days=4000), {}),
    ],
)
def test_a_date_that_jumps_far_ahead_in_one_reading_is_flagged(moved: timedelta, flagged: dict[str, datetime]) -> None:
    found = changes(BEFORE, replace(BEFORE, expires_at=EXPIRY + moved))

    assert changed_lately(found, {}, NOW) == flagged


def test_maintenance_that_jumps_is_flagged_too() -> None:
    before = replace(BEFORE, maintenance_expires_at=EXPIRY)

    found = changes(before, replace(before, maintenance_expires_at=EXPIRY + timedelta(days=3650)))

    assert changed_lately(found, {}, NOW) == {"maintenance date jump": NOW}


def test_recent_changes_are_told_latest_first_until_two_weeks_are_over() -> None:
    known = {"FQDN": NOW, "edition": NOW, "reseller": NOW + timedelta(hours=1)}

    told = recent(known, NOW + RECENT)

    assert recent(known, NOW + timedelta(hours=1)) == (
        Recent("reseller", NOW + timedelta(hours=1)),
        Recent("FQDN", NOW),
        Recent("edition", NOW),
    )
    assert told == (Recent("reseller", NOW + timedelta(hours=1)),)


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (Change("license date", "2026-06-20T16:00:00Z", "2026-06-21T16:00:00Z"), timedelta(days=1)),
        (Change("license date", "2026-06-20T16:00:00Z", "soon"), None),
        (Change("license date", "2026-06-20", "2026-06-21T16:00:00Z"), None),
        (Change("seats", "8", "16"), None),
    ],
)
def test_only_a_date_that_can_be_read_has_moved(change: Change, moved: timedelta | None) -> None:
    assert change.moved == moved
    assert not change.jumps


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3), st.integers(0, 1200)), max_size=12))
def test_what_is_remembered_as_changed_is_exactly_what_the_last_two_weeks_changed(
    steps: list[tuple[int, int, int]],
) -> None:
    now, before, known, told = NOW, BEFORE, dict[str, datetime](), dict[str, datetime]()
    for days, sim_calls, ahead in steps:
        now += timedelta(days=days)
        after = replace(before, sim_calls=sim_calls, expires_at=EXPIRY + timedelta(days=ahead))
        found = changes(before, after)
        told |= {c.fact if c.fact not in DATES else f"{c.fact} jump": now for c in found if c.moved is None or c.jumps}

        known = changed_lately(found, known, now)

        before = after
        assert known == {fact: at for fact, at in told.items() if now - at < RECENT}
