"""The calendar page as a person reads it."""

from datetime import UTC, datetime, timedelta

from bs4 import BeautifulSoup
from bs4.element import Tag
from lapsewatch.adapters.pages import render_calendar
from lapsewatch.domain.status import StatusRow

from tests.unit.pages.builders import NOW, fleet, many, status_row


def page_of(*rows: StatusRow) -> BeautifulSoup:
    return BeautifulSoup(render_calendar(fleet(rows)), "html.parser")


def words(tag: Tag) -> str:
    return tag.get_text(" ", strip=True)


def test_groups_come_in_the_order_overdue_months_undated() -> None:
    page = page_of(
        status_row("next-year", expires_at=datetime(2027, 1, 9, tzinfo=UTC)),
        status_row("soon"),
        status_row("past", expires_at=NOW - timedelta(days=2)),
        status_row("undated", expires_at=None),
    )

    titles = [words(title) for title in page.select(".month h2")]

    assert titles == ["Overdue 1 date", "June 2026 1 date", "January 2027 1 date", "No date 1 instance"]


def test_an_entry_tells_who_what_and_when_and_leads_to_its_row() -> None:
    page = page_of(status_row())

    [entry] = page.select(".entry")
    assert words(entry) == (
        "Fri Jun 12, 2026 Northwind Cardiology northwind.3cx.us Northwind Health "
        "License ····-····-····-9Q1S Critical: 6d"
    )
    assert [link["href"] for link in entry.select("a")] == ["/#instance-northwind"]


def test_an_overdue_entry_never_shows_a_negative_number() -> None:
    page = page_of(status_row(expires_at=NOW - timedelta(days=3)))

    assert words(page.select(".entry .pill")[0]) == "Expired: 3d overdue"


def test_the_chart_says_in_words_what_it_draws() -> None:
    page = page_of(
        status_row("a"),
        status_row("b", expires_at=None, perpetual=True, maintenance_expires_at=NOW + timedelta(days=3)),
    )

    description = words(page.select("#chart-text")[0])
    first = page.select("table.ahead tbody tr")[0]

    assert description.startswith("June 2026: 1 license, 1 maintenance. July 2026: 0 license, 0 maintenance.")
    assert words(first) == "June 2026 1 1"
    assert [link["href"] for link in first.select("a")] == ["#month-2026-06"]


def test_the_chart_stays_within_its_frame_for_any_fleet() -> None:
    page = BeautifulSoup(render_calendar(many(2000)), "html.parser")

    tops = [int(str(rect["y"])) for rect in page.select(".chart g rect")]
    heights = [int(str(rect["height"])) for rect in page.select(".chart g rect")]
    assert len(tops) == 24
    assert all(0 <= top <= 120 and 0 <= height <= 120 for top, height in zip(tops, heights, strict=True))


def test_an_empty_fleet_has_a_calendar_too() -> None:
    page = page_of()

    assert page.select(".entry") == []
    assert "No instance yet" in words(page.select(".empty")[0])
