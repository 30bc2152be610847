"""The renewals as calendar programs read them."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from lapsewatch.adapters.pages import render_fleet_json
from lapsewatch.adapters.pages.feed_rows import feed_status
from lapsewatch.adapters.pages.renewals import RenewalCalendar, renewal_calendar
from lapsewatch.domain.months import calendar_of
from lapsewatch.domain.status import Freshness, StatusRow

from tests.unit.pages.builders import EXPIRY, NOW, fleet, many, status_row
from tests.unit.pages.test_safety import HOSTILE, TEXTS

PAGE = "https://licenses.example"
HARD = (
    "a\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nTRIGGER:-PT1M\r\nEND:VALARM",
    "a\rb\nc",
    'comma, semicolon; colon: backslash \\ quote "',
    "\\n \\N \\, \\;",
    "C:\\New",
    "\U0001f9b7" * 60,
    "\u00e4" * 200,
    "x" * 500,
    "a\u2028END:VCALENDAR\u2029b\x0bc\x0cd\x85e\x1cf\x00g",
    "BEGIN:VEVENT",
    "\u202egnp.exe",
)


def made(*rows: StatusRow, customer: str | None = None, generated_at: datetime = NOW) -> RenewalCalendar:
    document = render_fleet_json(fleet(rows, generated_at=generated_at)).encode()
    return renewal_calendar(feed_status(document, customer), customer, PAGE)


def read(calendar: RenewalCalendar) -> Any:
    return Calendar.from_ical(calendar.text())


def only(*rows: StatusRow) -> Any:
    [event] = read(made(*rows)).subcomponents
    return event


def lines(calendar: RenewalCalendar) -> list[str]:
    """Return the lines of a calendar, unfolded."""
    return calendar.text().replace("\r\n ", "").split("\r\n")


def test_a_renewal_is_a_whole_day_that_takes_no_time_from_anybody() -> None:
    event = only(status_row())

    assert event.name == "VEVENT"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 6, 12), date(2026, 6, 13))
    assert event["DTSTART"].params["VALUE"] == event["DTEND"].params["VALUE"] == "DATE"
    assert event["DTSTAMP"].dt == NOW
    assert event["TRANSP"] == "TRANSPARENT"
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP"}
    assert event.subcomponents == []


def test_a_renewal_speaks_as_the_page_does() -> None:
    event = only(status_row())

    assert event["SUMMARY"] == "Northwind Cardiology: license ends"
    assert event["DESCRIPTION"].split("\n") == [
        "Customer: Northwind Health",
        "Edition: Professional (SPLA)",
        "Ends: Jun 12, 2026, 21:00 (America/New_York)",
        f"Status page: {PAGE}/#instance-northwind",
    ]


def test_a_day_is_the_one_on_the_wall_where_the_tenant_is() -> None:
    row = status_row(expires_at=EXPIRY, zone=ZoneInfo("Europe/Berlin"))

    assert only(row)["DTSTART"].dt == date(2026, 6, 13)


def test_maintenance_that_ends_with_the_license_is_one_day_with_it() -> None:
    event = only(status_row(maintenance_expires_at=EXPIRY - timedelta(hours=3)))

    assert event["SUMMARY"] == "Northwind Cardiology: license and maintenance end"


def test_each_clock_that_ends_on_a_day_of_its_own_has_its_own() -> None:
    events = read(made(status_row(maintenance_expires_at=EXPIRY + timedelta(days=30)))).subcomponents

    assert [event["SUMMARY"].rpartition(": ")[2] for event in events] == ["license ends", "maintenance ends"]
    assert len({event["UID"] for event in events}) == 2


def test_the_calendar_has_the_days_of_the_calendar_page() -> None:
    rows = [
        status_row("past", expires_at=NOW - timedelta(days=2)),
        status_row("undated", expires_at=None),
        status_row("perpetual", expires_at=None, perpetual=True, maintenance_expires_at=NOW + timedelta(days=400)),
        status_row("both", maintenance_expires_at=EXPIRY),
    ]
    page = calendar_of(fleet(rows))

    events = read(made(*rows)).subcomponents

    shown_there = [*page.overdue, *(entry for month in page.months for entry in month.entries)]
    assert [event["DTSTART"].dt for event in events] == [entry.expires_on for entry in shown_there]


def test_a_renewal_moves_its_day_and_adds_none() -> None:
    before, after = only(status_row()), only(status_row(expires_at=EXPIRY + timedelta(days=365)))

    assert before["UID"] == after["UID"]
    assert after["DTSTART"].dt == date(2027, 6, 12)


def test_the_name_by_which_a_day_is_known_gives_nothing_away() -> None:
    uid = str(only(status_row())["UID"])

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uid)
    assert uid != str(only(status_row("elsewhere"))["UID"])


def test_an_old_fact_says_so() -> None:
    read_at = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

    event = only(status_row(freshness=Freshness.STALE, last_read_at=read_at))

    assert "Last read Jun 1, 2026, 08:00: the date may have moved since." in event["DESCRIPTION"].split("\n")


def test_a_calendar_has_a_name_and_says_when_to_look_again() -> None:
    whole, one = made(status_row()), made(status_row(), customer="Northwind Health")

    assert {"NAME:License renewals", "X-WR-CALNAME:License renewals"} <= set(lines(whole))
    assert {"REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H", "VERSION:2.0"} <= set(lines(whole))
    assert "NAME:License renewals of Northwind Health" in lines(one)


def test_the_calendar_of_a_customer_leads_nowhere() -> None:
    text = made(status_row(), customer="Northwind Health").text()

    assert "http" not in text
    assert PAGE not in text


def test_an_empty_fleet_has_a_calendar_too() -> None:
    assert read(made()).subcomponents == []


def test_a_calendar_says_what_wrote_it() -> None:
    assert read(made())["PRODID"] == "-//Lapsewatch//Renewals//EN"


@pytest.mark.fault("R6")
@pytest.mark.parametrize("text", [*HARD, *HOSTILE])
def test_a_hard_text_comes_back_as_it_was_and_adds_nothing(text: str) -> None:
    assert_comes_back(text)


@pytest.mark.fault("R6")
@settings(deadline=None)  # a busy machine is no failure
@given(st.text(st.characters(codec="utf-8"), min_size=1) | st.text('\r\n,;:\\" \tBEGINVENT\U0001f9b7', min_size=1))
def test_any_text_comes_back_as_it_was_and_adds_nothing(text: str) -> None:
    assert_comes_back(text)


def assert_comes_back(text: str) -> None:
    rows = [status_row("a", name=text, customer=text, edition=text), status_row("b", customer=text)]
    calendar = made(*rows, customer=rendered(text))

    again = read(calendar)

    events = again.subcomponents
    assert [event.name for event in events] == ["VEVENT", "VEVENT"]
    assert [part.name for part in again.walk()] == ["VCALENDAR", "VEVENT", "VEVENT"]
    assert set(again) == {"PRODID", "VERSION", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"}
    names = {unescaped(str(again[name])) for name in ("NAME", "X-WR-CALNAME")}
    assert names == {f"License renewals of {allowed(text)}"}
    assert f"{allowed(text)}: license ends" in {str(event["SUMMARY"]) for event in events}
    for event in events:
        assert str(event["DESCRIPTION"]).startswith(f"Customer: {allowed(text)}\n")
    assert_well_formed(calendar.text())


def rendered(text: str) -> str:
    """Return a text as it stands in `fleet.json`."""
    return text.encode(errors="replace").decode()


def allowed(text: str) -> str:
    """Return a text with each line end the same, and what the standard forbids replaced one by one."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", "\ufffd", re.sub("\r\n?", "\n", rendered(text)))


def unescaped(value: str) -> str:
    """Return a text that the library leaves as it stands, because it knows no type for its property."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def assert_well_formed(text: str) -> None:
    """Every line ends with CR LF, is at most 75 octets long, and breaks no character."""
    assert text.endswith("END:VCALENDAR\r\n")
    for line in text.encode().split(b"\r\n"):
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 75
        line.decode()


def test_a_large_fleet_is_well_formed_too() -> None:
    calendar = made(*many(300).rows)

    assert_well_formed(calendar.text())
    assert len({event["UID"] for event in read(calendar).subcomponents}) == 300


@pytest.mark.parametrize("customer", [None, "Northwind Health"])
def test_no_license_key_and_no_address_of_a_pbx_is_in_a_calendar(customer: str | None) -> None:
    seen = {"instance_id", "name", "customer", "edition"}
    facts: dict[str, Any] = {name: f"canary-{name}" for name in TEXTS if name not in seen}

    text = "\n".join(lines(made(status_row(freshness=Freshness.STALE, **facts), customer=customer)))

    assert "BEGIN:VEVENT" in text
    assert "canary" not in text


def test_the_tag_of_a_calendar_stays_while_only_time_passes() -> None:
    now, later = made(status_row()), made(status_row(days_left=5), generated_at=NOW + timedelta(days=1))
    moved = made(status_row(expires_at=EXPIRY + timedelta(days=1)))
    renamed = made(status_row(name="Northwind"))

    assert now.etag == later.etag
    assert len({now.etag, moved.etag, renamed.etag, made().etag}) == 4
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', now.etag)


@pytest.mark.parametrize("module", ["lapsewatch.wiring.api", "lapsewatch.wiring.report"])
def test_only_what_writes_a_calendar_pays_for_the_library(module: str) -> None:
    program = f"import sys, {module}; sys.exit('icalendar' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
