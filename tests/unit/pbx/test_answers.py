"""What a PBX says of its license, word by word: texts, counts and dates that are believed, and those that are not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.pbx.answers import observation_of
from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.domain.license import License, Observation, Reason, Seats

from tests.builders import EXPIRY, KEY, MAINTENANCE_EXPIRY, NOW, license

HOSTILE = {
    "LicenseKey": "K" * 10_000_000,
    "ResellerName": "\U0001f9b7" * 100_000,
    "FQDN": "x" * 257,
    "Version": "\ud800",
}


def test_every_field_is_the_fact_that_it_means() -> None:
    document = {
        "LicenseKey": KEY,
        "ProductCode": "3CXPSPROFSPLA",
        "Version": "20.0.9.1",
        "FQDN": "northwind.3cx.us",
        "ResellerName": "Example Telecom",
        "LicenseActive": True,
        "MaxSimCalls": 8,
        "UserExtensions": 9,
        "MaxUserExtensions": 40,
        "ExpirationDate": "2026-06-20T16:00:00Z",
        "MaintenanceExpiresAt": "2027-03-01T16:00:00Z",
        "Unheard": "of",
    }

    seen = observation_of(document, NOW)

    read = license(version="20.0.9.1", seats=Seats(used=9, limit=40), maintenance_expires_at=MAINTENANCE_EXPIRY)
    assert seen == Observation(NOW, read)


@pytest.mark.parametrize("said", ["true", "yes", 1, 0, None])
def test_only_true_and_false_say_whether_a_license_is_active(said: object) -> None:
    assert observation_of({"LicenseKey": KEY, "LicenseActive": said}, NOW).license.active is None


@pytest.mark.fault("D7")
def test_texts_are_cut_before_they_can_fill_an_item() -> None:
    seen = observation_of({**HOSTILE, "ExpirationDate": "2026-06-20T16:00:00Z"}, NOW)

    texts = [seen.license.key, seen.license.reseller, seen.license.fqdn, seen.license.version]
    assert all(text is not None and len(text) <= 256 for text in texts)


@pytest.mark.fault("D9")
@given(st.dictionaries(st.sampled_from(sorted(HOSTILE)), st.text(st.characters(codec=None))))
def test_whatever_a_pbx_says_can_be_stored_and_sent(texts: dict[str, str]) -> None:
    license = observation_of({**texts, "LicenseActive": True}, NOW).license

    for text in (license.key, license.reseller, license.fqdn, license.version):
        assert text is None or (text.encode().decode() == text and text.isprintable())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("North\x00wind\u202e Telecom", "North wind Telecom"),
        (" \t North \r\n wind ", "North wind"),
        ("North\ud800wind", "North?wind"),
        ("日本電話", "日本電話"),
        ("\x07\u200b", None),
        ("", None),
    ],
)
def test_a_text_is_kept_on_one_line_and_what_cannot_be_shown_is_a_space(said: str, kept: str | None) -> None:
    assert observation_of({"LicenseActive": True, "ResellerName": said}, NOW).license.reseller == kept


def test_a_text_is_cut_at_256_characters() -> None:
    assert observation_of({"LicenseActive": True, "FQDN": "x" * 257}, NOW).license.fqdn == "x" * 256


def test_an_answer_that_says_nothing_of_a_license_is_none() -> None:
    with pytest.raises(VisitFailedError) as failed:
        observation_of({"Version": "20.0.9.1", "FQDN": "northwind.3cx.us", "MaxSimCalls": 8}, NOW)

    assert (failed.value.reason, failed.value.detail) == (Reason.BAD_ANSWER, "no license fields")


@pytest.mark.parametrize("number", [0, 1, 2**31 - 1])
def test_a_number_from_nothing_to_the_largest_is_a_count(number: int) -> None:
    seen = observation_of({"LicenseActive": True, "MaxSimCalls": number, "UserExtensions": number}, NOW)

    assert (seen.license.sim_calls, seen.license.seats) == (number, Seats(used=number))


@pytest.mark.fault("P6")
@pytest.mark.parametrize(
    ("said", "expires_at"),
    [
        ("2026-06-20T16:00:00.1234567Z", EXPIRY),
        ("2026-06-20T21:30:00.123456789012+05:30", EXPIRY),
        ("2026-06-20T16:00:00Z", EXPIRY),
        ("2026-06-20t16:00:00z", EXPIRY),
        ("2026-06-20T16:00:00.999999999999Z", EXPIRY),
        ("2026-06-20T18:00:00+02:00", EXPIRY),
        ("2026-06-20T10:15:00-05:45", EXPIRY),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("2046-06-10T13:00:00Z", datetime(2046, 6, 10, 13, tzinfo=UTC)),
    ],
)
def test_a_date_with_time_and_offset_is_an_instant_of_whole_seconds(said: str, expires_at: datetime) -> None:
    seen = observation_of({"ExpirationDate": said, "MaintenanceExpiresAt": said}, NOW)

    assert (seen.license.expires_at, seen.license.maintenance_expires_at) == (expires_at, expires_at)
    assert seen.rejected == ()


def test_a_date_is_kept_in_utc_whatever_its_offset_and_wherever_this_runs() -> None:
    seen = observation_of({"ExpirationDate": "2026-06-20T18:00:00+02:00"}, NOW)

    assert repr(seen.license.expires_at) == repr(EXPIRY)


NO_TEXT, NO_DATE, NO_SUCH = "not a text", "not an ISO date with time and offset", "no such day or time"
PLACEHOLDER, FAR = "a placeholder before the year 2000", "more than 20 years ahead"


def told_wrong(said: object, problem: str) -> None:
    """Hold both dates to being rejected by their field and what is wrong."""
    ends = observation_of({"LicenseActive": True, "ExpirationDate": said}, NOW)
    maintained = observation_of({"LicenseActive": True, "MaintenanceExpiresAt": said}, NOW)

    assert ends == Observation(NOW, License(active=True), (("expires_at", problem),))
    assert maintained == Observation(NOW, License(active=True), (("maintenance_expires_at", problem),))


@pytest.mark.fault("P2")
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("0001-01-01T00:00:00.0000000+00:00", PLACEHOLDER),
        ("0001-01-01T00:00:00Z", PLACEHOLDER),
        ("0001-01-01T00:00:00+14:00", PLACEHOLDER),
        ("1999-12-31T23:59:59Z", PLACEHOLDER),
        ("2046-06-10T13:00:01Z", FAR),
        ("9999-12-31T23:59:59-14:00", FAR),
        ("9999-12-31T23:59:59.9999999Z", FAR),
    ],
)
def test_a_date_that_stands_for_none_is_not_believed(said: str, problem: str) -> None:
    told_wrong(said, problem)


@pytest.mark.fault("P3")
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("10000-01-01T00:00:00Z", NO_DATE),
        ("2026-02-29T16:00:00Z", NO_SUCH),
        ("2026-06-31T16:00:00Z", NO_SUCH),
        ("2026-06-20T24:00:01Z", NO_SUCH),
        ("2026-06-20T16:60:00Z", NO_SUCH),
        ("2026-06-20T16:00:60Z", NO_SUCH),
        ("0000-06-20T16:00:00Z", NO_SUCH),
        ("2026-06-20T16:00:00+25:00", NO_SUCH),
        ("2026-06-20T16:00:00+02:60", NO_DATE),
        ("", NO_DATE),
        (" 2026-06-20T16:00:00Z", NO_DATE),
        ("2026-06-20T16:00:00Z\n", NO_DATE),
        ("2026-06-20T16:00:00.1234567890123Z", NO_DATE),
        ("\u0662026-06-20T16:00:00Z", NO_DATE),
        ("2026-06-20", NO_DATE),
        (["2026-06-20T16:00:00Z"], NO_TEXT),
        ({"at": "2026-06-20T16:00:00Z"}, NO_TEXT),
        (True, NO_TEXT),
        (float("nan"), NO_TEXT),
        (1e400, NO_TEXT),
        (10**5000, NO_TEXT),
    ],
    ids=range(21),
)
def test_what_is_no_date_is_told_by_its_field_and_what_is_wrong(said: object, problem: str) -> None:
    told_wrong(said, problem)


@pytest.mark.fault("P3")
def test_the_last_midnight_of_a_day_is_never_another_day_than_it_says() -> None:
    said = observation_of({"LicenseActive": True, "ExpirationDate": "2026-06-20T24:00:00Z"}, NOW)

    assert said.rejected == (("expires_at", NO_SUCH),)


@pytest.mark.fault("P4")
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (1781971200, NO_TEXT),
        (1781971200.5, NO_TEXT),
        (20260620, NO_TEXT),
        (0, NO_TEXT),
        ("1781971200", NO_DATE),
        ("20260620", NO_DATE),
        ("20260620T160000Z", NO_DATE),
        ("/Date(1781971200000)/", NO_DATE),
    ],
)
def test_a_number_is_no_date_whatever_it_counts(said: object, problem: str) -> None:
    told_wrong(said, problem)


@pytest.mark.fault("P5")
@pytest.mark.parametrize("said", ["2026-06-20T16:00:00", "2026-06-20T16:00:00.1234567", "2026-06-20T16:00:00-00"])
def test_a_date_without_an_offset_is_not_guessed_at(said: str) -> None:
    told_wrong(said, NO_DATE)


@pytest.mark.fault("D8")
@pytest.mark.parametrize("number", [1.5, 1e400, float("nan"), True, "8", -1, 2**31])
def test_a_number_that_is_no_count_is_not_said(number: object) -> None:
    seen = observation_of({"LicenseActive": True, "MaxSimCalls": number, "UserExtensions": number}, NOW)

    assert (seen.license.sim_calls, seen.license.seats) == (None, Seats())
