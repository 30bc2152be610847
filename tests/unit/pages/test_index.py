"""The status page as a person reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from lapsewatch.adapters.pages import render_index
from lapsewatch.domain.changes import Recent
from lapsewatch.domain.license import Seats
from lapsewatch.domain.status import Band, Freshness, StatusRow

from tests.unit.pages.builders import EXPIRY, KEY, NOW, fleet, many, status_row


def page_of(*rows: StatusRow) -> BeautifulSoup:
    return BeautifulSoup(render_index(fleet(rows)), "html.parser")


def only(page: Tag, selector: str) -> Tag:
    [found] = page.select(selector)
    return found


def text(page: Tag, selector: str) -> str:
    return only(page, selector).get_text(" ", strip=True)


def row_of(**facts: Any) -> Tag:
    return only(page_of(status_row(**facts)), "tbody tr")


def test_a_row_tells_every_fact_of_its_instance() -> None:
    row = row_of()

    told = row.get_text(" ", strip=True)
    for fact in (
        "Northwind Cardiology",
        "northwind.3cx.us",
        "Northwind Health",
        "Professional (SPLA)",
        "3CXPSPROFSPLA · v20.0.8.1131",
        "Critical",
        "Jun 12, 2026",
        "6d",
        "9 / 40",
        "23\u00a0%",
        "9 human · 0 AI",
        "Jun 9, 08:00",
    ):
        assert fact in told
    assert text(row, ".calls") == "8"
    assert row["id"] == "instance-northwind"


def test_what_changed_lately_is_flagged_by_day_and_leads_to_the_history() -> None:
    hour = timedelta(hours=1)
    changed = (
        Recent("FQDN", NOW - hour),
        Recent("license key", NOW - hour),
        Recent("seats", NOW - timedelta(days=9)),
        Recent("license date jump", NOW - timedelta(days=9)),
    )

    row = row_of(changed=changed)

    assert [flag.get_text() for flag in row.select(".changed")] == [
        "License date jumped over 400 days ahead May 28",
        "Identity, license key changed Jun 6",
        "Seat limit changed May 28",
    ]
    assert {flag["href"] for flag in row.select(".changed")} == {"/instances/northwind#history"}


def test_a_fact_that_no_version_of_ours_names_is_not_flagged() -> None:
    assert row_of(changed=(Recent("phase of the moon", NOW),)).select(".changed") == []


def test_a_key_is_masked_on_sight_and_whole_for_the_script() -> None:
    code = only(row_of(), "code")

    assert code.get_text() == "····-····-····-9Q1S"
    assert code["data-key"] == KEY


@pytest.mark.parametrize(
    ("ends_in", "words"),
    [
        (timedelta(days=-3), "3d overdue"),
        (timedelta(days=-1), "1d overdue"),
        (timedelta(hours=-1), "Expired today"),
        (timedelta(0), "Expired today"),
        (timedelta(hours=1), "Expires today"),
        (timedelta(hours=16), "1d"),
        (timedelta(days=14), "14d"),
    ],
)
def test_days_left_are_told_truly_and_never_as_a_negative_number(ends_in: timedelta, words: str) -> None:
    row = row_of(expires_at=NOW + ends_in)

    assert text(row, ".days") == words


def test_a_day_is_the_tenants_own() -> None:
    row = row_of(expires_at=datetime(2026, 6, 12, 1, 0, tzinfo=UTC))

    assert text(row, ".expires") == "Jun 11, 2026"


def test_a_foreign_zone_is_named_and_the_fleets_own_is_not() -> None:
    assert text(row_of(zone=ZoneInfo("Asia/Kathmandu")), ".zone") == "Asia/Kathmandu"
    assert row_of().select(".zone") == []


def test_a_row_without_a_date_says_so_and_is_unknown() -> None:
    row = row_of(expires_at=None, next_reminder_at=None)

    assert text(row, ".expires") == "No date"
    assert text(row, ".days") == "No date"
    assert text(row, ".status") == "Unknown"
    assert "1970" not in row.get_text()


def test_a_perpetual_license_counts_down_its_maintenance() -> None:
    row = row_of(expires_at=None, perpetual=True, maintenance_expires_at=NOW + timedelta(days=41))

    assert text(row, ".expires") == "Perpetual Maintenance Jul 17, 2026"
    assert text(row, ".days") == "41d"
    assert text(row, ".status") == "Warning"


def test_maintenance_stands_under_the_date_with_its_own_days() -> None:
    row = row_of(maintenance_expires_at=NOW + timedelta(days=41))

    assert text(row, ".expires") == "Jun 12, 2026 Maintenance Jul 17, 2026 · 41d"


def test_a_license_that_the_pbx_calls_inactive_says_why_it_is_expired() -> None:
    row = row_of(active=False)

    assert "The PBX says its license is inactive." in text(row, ".status")
    assert text(row, ".days") == "6d"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"freshness": Freshness.STALE, "last_read_at": NOW - timedelta(days=2)}, "Stale since Jun 4, 09:00"),
        ({"freshness": Freshness.FAILING, "reason": "bad_credentials"}, "Failing: wrong credentials"),
        (
            {"freshness": Freshness.FAILING, "reason": "timeout", "failing_since": NOW - timedelta(hours=5)},
            "Failing since Jun 6, 04:00: no answer in time",
        ),
        ({"freshness": Freshness.NEVER_READ, "last_read_at": None}, "Never read"),
        ({"freshness": Freshness.PAUSED}, "Paused"),
    ],
)
def test_a_row_that_cannot_be_trusted_says_so_beside_its_band(facts: dict[str, Any], words: str) -> None:
    row = row_of(expires_at=NOW + timedelta(days=200), **facts)

    assert text(row, ".trust") == words
    assert "doubtful" in row["class"]


def test_a_fresh_row_is_quiet() -> None:
    row = row_of()

    assert text(row, ".status") == "Critical"
    assert "doubtful" not in row["class"]


def test_freshness_stands_beside_every_band() -> None:
    assert only(row_of(), ".status .fresh")["aria-label"] == "Fresh"
    assert row_of(freshness=Freshness.STALE).select(".fresh") == []


def test_the_reseller_is_told_where_it_is_known() -> None:
    assert "via Example Telecom" in text(row_of(), ".instance")
    assert "via" not in text(row_of(reseller=None), ".instance")


def test_an_acknowledgement_tells_who_why_and_until_when() -> None:
    row = row_of(acknowledged_until=NOW + timedelta(days=2), acknowledged="Dana: the quote is out")

    assert text(row, ".acknowledged") == "Acknowledged until Jun 8, 09:00 by Dana: the quote is out"


def test_a_failing_row_tells_the_remedy_and_the_last_good_read() -> None:
    row = row_of(freshness=Freshness.FAILING, reason="timeout", remedy="Check its load.")

    assert "Check its load." in text(row, ".status")
    assert "Last read Jun 6, 08:40." in text(row, ".status")


def test_a_note_is_shown() -> None:
    row = row_of(note="The PBX answered a date that cannot be one.")

    assert "The PBX answered a date that cannot be one." in text(row, ".status")


def test_both_acknowledgements_are_shown_with_who_took_note() -> None:
    row = row_of(
        acknowledged_until=EXPIRY,
        acknowledged="Kim: order 4711",
        maintenance_acknowledged_until=EXPIRY + timedelta(days=1),
        maintenance_acknowledged="Ada: order 4712",
    )

    assert "Acknowledged until Jun 12, 21:00 by Kim: order 4711" in text(row, ".status")
    assert "Maintenance acknowledged until Jun 13, 21:00 by Ada: order 4712" in text(row, ".status")


def test_the_acknowledgement_of_a_perpetual_license_is_shown_once() -> None:
    taken = {"acknowledged_until": EXPIRY, "maintenance_acknowledged_until": EXPIRY}

    row = row_of(perpetual=True, expires_at=None, maintenance_expires_at=EXPIRY, **taken)

    assert text(row, ".status").lower().count("acknowledged") == 1


def test_more_users_than_seats_is_unmistakable_and_the_bar_stays_within_bounds() -> None:
    row = row_of(seats=Seats(used=42, limit=32, ai=2))

    assert text(row, ".usage b.over") == "131\u00a0%"
    assert text(row, ".excess") == "10 over the limit"
    assert sum(int(str(rect["width"])) for rect in row.select(".bar .people, .bar .machines")) == 100


@pytest.mark.fault("P21")
@pytest.mark.parametrize(
    ("seats", "words"),
    [
        (Seats(used=22), "22 used, limit unknown"),
        (Seats(limit=40), "limit 40, usage unknown"),
        (Seats(), "not reported"),
        (Seats(used=0, limit=0, ai=0), "0 / 0 0 human · 0 AI"),
        (Seats(used=5, limit=0), "5 / 0 5 over the limit"),
        (Seats(used=5, limit=-1), "5 / -1"),
        (Seats(used=120, limit=100), "120 / 100 120\u00a0% 20 over the limit"),
        (Seats(used=0, limit=10, ai=0), "0 / 10 0\u00a0% 0 human · 0 AI"),
        (Seats(used=1, limit=2**31), "1 / 2147483648 0\u00a0%"),
    ],
)
def test_seats_are_told_in_words_whatever_the_pbx_reports(seats: Seats, words: str) -> None:
    row = row_of(seats=seats)

    assert text(row, ".seats") == words


@pytest.mark.parametrize(("calls", "words"), [(0, "0"), (-1, "-1"), (2**31, "2147483648"), (None, "unknown")])
def test_simultaneous_calls_are_shown_as_the_pbx_said(calls: int | None, words: str) -> None:
    assert text(row_of(sim_calls=calls), ".calls") == words


@pytest.mark.fault("P20")
@pytest.mark.parametrize(
    "address", [None, "", "http://shop.example", "javascript:alert(1)", " https://x", "//shop.example"]
)
def test_only_an_https_address_becomes_a_renew_link(address: str | None) -> None:
    row = row_of(renew_url=address)

    assert row.select(".actions a") == []


def test_the_renew_link_opens_apart_and_tells_the_shop_nothing_about_us() -> None:
    link = only(row_of(), ".actions a")

    assert (link["target"], link["rel"]) == ("_blank", ["noopener", "noreferrer"])
    assert link["href"] == f"https://shop.example/renew?key={KEY}"


def test_a_paused_instance_cannot_be_refreshed() -> None:
    assert only(row_of(freshness=Freshness.PAUSED), "[data-refresh]").has_attr("disabled")
    assert not only(row_of(), "[data-refresh]").has_attr("disabled")


def test_counters_equal_the_rows_of_their_band() -> None:
    status = many(100)

    page = BeautifulSoup(render_index(status), "html.parser")

    for band in Band:
        counter = only(page, f'.counter[data-band="{band}"]')
        assert text(counter, "[data-count]") == str(len(page.select(f'tr[data-band="{band}"]')))
    assert sum(int(count.get_text()) for count in page.select("[data-count]")) == 100


def test_rows_keep_the_order_they_come_in() -> None:
    page = page_of(status_row("b"), status_row("a"), status_row("c"))

    assert [row["id"] for row in page.select("tbody tr")] == ["instance-b", "instance-a", "instance-c"]


def test_the_ladder_in_force_and_the_time_of_the_report_are_printed() -> None:
    page = page_of(status_row())

    assert text(page, ".ladders") == "Reminders, days before: license 10, 3, 1 maintenance 60, 30, 7"
    assert only(page, "[data-generated]")["datetime"] == "2026-06-06T13:00:00Z"
    assert text(page, ".generated") == "Generated Jun 6, 2026, 09:00 America/New_York"


@pytest.mark.fault("R3")
@pytest.mark.parametrize("count", [0, 1, 2000])
def test_a_fleet_of_any_size_renders(count: int) -> None:
    html = render_index(many(count))

    assert html.count('<tr role="row" id=') == count
    assert len(html) < 20_000 + 3_000 * count


@pytest.mark.fault("R3")
def test_a_fleet_of_which_nothing_is_known_renders() -> None:
    page = page_of(
        *(
            status_row(
                str(number),
                expires_at=None,
                fqdn=None,
                edition=None,
                product_code=None,
                license_key=None,
                version=None,
                sim_calls=None,
                seats=Seats(),
                freshness=Freshness.NEVER_READ,
                last_read_at=None,
                renew_url=None,
                next_reminder_at=None,
            )
            for number in range(3)
        )
    )

    assert text(page, '.counter[data-band="unknown"] b') == "3"
    assert "None" not in page.get_text()


def test_an_empty_fleet_tells_how_to_begin() -> None:
    assert "No instance yet" in text(page_of(), ".empty")
