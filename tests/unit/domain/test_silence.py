"""What a PBX stops saying stays as it was last said, and is marked once that lasts."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from lapsewatch.domain.changes import DATES, changes
from lapsewatch.domain.license import License, Seats
from lapsewatch.domain.silence import in_words, keeping, unsaid

from tests.builders import NEW_YORK, NOW, license, utc

KNOWN = license(version="20.0.9.1", seats=Seats(used=31, limit=80, ai=2))
SILENT = License()


def test_what_identifies_and_sizes_a_license_stays_as_it_was_last_said() -> None:
    kept = keeping(SILENT, KNOWN)

    assert kept == replace(KNOWN, version=None, active=None, seats=Seats(used=None, limit=80, ai=None), expires_at=None)


def test_what_is_said_counts_even_if_it_is_zero() -> None:
    said = license(key="AAAA-BBBB-CCCC-DDDD", sim_calls=0, seats=Seats(used=0, limit=0))

    assert keeping(said, KNOWN) == said


def test_a_first_read_has_nothing_to_keep() -> None:
    assert keeping(SILENT, None) == SILENT


def test_every_fact_whose_change_is_news_is_kept() -> None:
    other = license(
        key="AAAA-BBBB-CCCC-DDDD",
        product_code="3CXPSPROFENTSPLA",
        fqdn="other.3cx.us",
        reseller="Another",
        sim_calls=64,
        seats=Seats(limit=9),
    )

    told = {change.fact for change in changes(keeping(SILENT, KNOWN), other)} - DATES

    assert len(told) == 6
    assert set(unsaid(SILENT, keeping(SILENT, KNOWN), {}, NOW)) == {
        "license key",
        "edition",
        "FQDN",
        "reseller",
        "simultaneous calls",
        "seat limit",
    }


def test_silence_counts_from_its_first_reading_and_ends_when_the_fact_is_said() -> None:
    mute = replace(KNOWN, reseller=None)

    first = unsaid(mute, keeping(mute, KNOWN), {}, NOW)
    later = unsaid(mute, keeping(mute, KNOWN), first, NOW + timedelta(days=2))

    assert first == later == {"reseller": NOW}
    assert unsaid(KNOWN, KNOWN, later, NOW + timedelta(days=3)) == {}


def test_what_was_never_said_is_not_missed() -> None:
    assert unsaid(SILENT, keeping(SILENT, SILENT), {}, NOW) == {}


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(hours=23, minutes=59), []),
        (timedelta(hours=24), ["the PBX has not said its reseller since 2026-06-09"]),
    ],
    ids=str,
)
def test_a_silence_is_told_after_a_day_by_the_tenant_s_calendar(age: timedelta, words: list[str]) -> None:
    since = utc(2026, 6, 10, 3)

    assert in_words({"reseller": since}, since + age, NEW_YORK) == words


def test_a_license_has_no_fact_that_nobody_thought_about() -> None:
    kept = {"key", "product_code", "fqdn", "reseller", "sim_calls", "seats"}
    as_read = {"version", "active"}
    kept_by_their_series = {"expires_at", "maintenance_expires_at"}

    assert {field.name for field in fields(License)} == kept | as_read | kept_by_their_series
