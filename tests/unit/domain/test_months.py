"""The fleet as a calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.months import MonthCount, calendar_of, months_ahead
from lapsewatch.domain.status import Band, FleetStatus

from tests.unit.pages.builders import NOW, fleet, status_row

KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


def months_of(status: FleetStatus) -> list[tuple[int, int, list[str]]]:
    calendar = calendar_of(status)
    return [(month.year, month.month, [entry.row.instance_id for entry in month.entries]) for month in calendar.months]


def test_a_license_that_ends_late_on_new_years_eve_belongs_to_december_in_its_own_zone() -> None:
    eve_in_new_york = datetime(2027, 1, 1, 4, 30, tzinfo=UTC)

    months = months_of(
        fleet(
            [
                status_row("here", expires_at=eve_in_new_york),
                status_row("utc", expires_at=eve_in_new_york, zone=ZoneInfo("UTC")),
            ]
        )
    )

    assert months == [(2026, 12, ["here"]), (2027, 1, ["utc"])]


def test_an_early_zone_is_already_in_the_next_month() -> None:
    noon_utc = datetime(2026, 8, 31, 12, tzinfo=UTC)

    months = months_of(fleet([status_row("kiritimati", expires_at=noon_utc, zone=KIRITIMATI)]))

    assert months == [(2026, 9, ["kiritimati"])]


def test_months_follow_time_and_not_their_names() -> None:
    dates = [
        datetime(2027, 4, 2, tzinfo=UTC),
        datetime(2026, 12, 9, tzinfo=UTC),
        datetime(2026, 8, 9, tzinfo=UTC),
        datetime(2027, 1, 9, tzinfo=UTC),
    ]

    months = months_of(fleet(status_row(str(day.month), expires_at=day) for day in dates))

    assert [month[:2] for month in months] == [(2026, 8), (2026, 12), (2027, 1), (2027, 4)]


def test_within_a_month_the_earlier_day_comes_first_and_each_month_counts_its_entries() -> None:
    later, sooner = datetime(2026, 8, 20, 12, tzinfo=UTC), datetime(2026, 8, 3, 12, tzinfo=UTC)

    calendar = calendar_of(fleet([status_row("later", expires_at=later), status_row("sooner", expires_at=sooner)]))

    assert [entry.row.instance_id for entry in calendar.months[0].entries] == ["sooner", "later"]
    assert calendar.months[0].count == 2


def test_two_clocks_on_one_day_are_one_entry() -> None:
    ends = datetime(2026, 8, 20, 12, tzinfo=UTC)

    calendar = calendar_of(fleet([status_row(expires_at=ends, maintenance_expires_at=ends + timedelta(hours=2))]))

    assert [entry.clocks for entry in calendar.months[0].entries] == [(Clock.LICENSE, Clock.MAINTENANCE)]


def test_two_clocks_on_two_days_are_two_entries_with_a_band_each() -> None:
    row = status_row(expires_at=NOW + timedelta(days=300), maintenance_expires_at=NOW + timedelta(days=10))

    entries = [entry for month in calendar_of(fleet([row])).months for entry in month.entries]

    assert [(entry.clocks, entry.days_left, entry.band) for entry in entries] == [
        ((Clock.MAINTENANCE,), 10, Band.CRITICAL),
        ((Clock.LICENSE,), 300, Band.ACTIVE),
    ]


def test_a_perpetual_license_stands_in_the_calendar_with_its_maintenance_only() -> None:
    row = status_row(expires_at=None, perpetual=True, maintenance_expires_at=NOW + timedelta(days=40))

    entries = calendar_of(fleet([row])).months[0].entries

    assert [(entry.clocks, entry.band) for entry in entries] == [((Clock.MAINTENANCE,), Band.WARNING)]


def test_a_perpetual_license_has_no_date_in_the_calendar_even_if_its_pbx_gives_one() -> None:
    row = status_row(perpetual=True, maintenance_expires_at=NOW + timedelta(days=40))

    entries = [entry for month in calendar_of(fleet([row])).months for entry in month.entries]

    assert [entry.clocks for entry in entries] == [(Clock.MAINTENANCE,)]


def test_maintenance_that_drives_its_row_wears_the_row_s_band() -> None:
    row = status_row(expires_at=None, perpetual=True, active=False, maintenance_expires_at=NOW + timedelta(days=300))

    assert [entry.band for entry in calendar_of(fleet([row])).months[0].entries] == [Band.EXPIRED]


def test_the_band_of_maintenance_follows_the_calendar_of_its_own_zone() -> None:
    late_on_june_20 = datetime(2026, 6, 21, 2, tzinfo=UTC)
    rows = [
        status_row(name, expires_at=NOW + timedelta(days=300), maintenance_expires_at=late_on_june_20, zone=zone)
        for name, zone in (("new-york", ZoneInfo("America/New_York")), ("utc", ZoneInfo("UTC")))
    ]

    entries = calendar_of(fleet(rows)).months[0].entries

    assert {entry.row.instance_id: entry.band for entry in entries} == {"new-york": Band.CRITICAL, "utc": Band.WARNING}


def test_what_has_passed_is_overdue_from_the_very_instant_and_longest_overdue_first() -> None:
    rows = [
        status_row("now", expires_at=NOW),
        status_row("long-ago", expires_at=NOW - timedelta(days=40)),
        status_row("in-an-hour", expires_at=NOW + timedelta(hours=1)),
    ]

    calendar = calendar_of(fleet(rows))

    assert [entry.row.instance_id for entry in calendar.overdue] == ["long-ago", "now"]
    assert months_of(fleet(rows)) == [(2026, 6, ["in-an-hour"])]


def test_instances_without_any_date_are_a_group_of_their_own() -> None:
    calendar = calendar_of(fleet([status_row("undated", expires_at=None), status_row("dated")]))

    assert [row.instance_id for row in calendar.undated] == ["undated"]


def test_an_inactive_license_with_a_date_to_come_stays_in_its_month_as_expired() -> None:
    calendar = calendar_of(fleet([status_row(active=False)]))

    assert [entry.band for entry in calendar.months[0].entries] == [Band.EXPIRED]


def test_the_months_ahead_are_twelve_across_the_turn_of_the_year() -> None:
    rows = [
        status_row("one", expires_at=datetime(2027, 1, 9, tzinfo=UTC)),
        status_row("two", expires_at=None, perpetual=True, maintenance_expires_at=datetime(2027, 1, 20, tzinfo=UTC)),
        status_row("beyond", expires_at=datetime(2027, 6, 9, tzinfo=UTC)),
    ]

    ahead = months_ahead(calendar_of(fleet(rows)), date(2026, 6, 6))

    assert [(count.year, count.month) for count in ahead][::11] == [(2026, 6), (2027, 5)]
    assert [count for count in ahead if count.license or count.maintenance] == [MonthCount(2027, 1, 1, 1)]


def test_a_shared_date_is_counted_once_and_as_the_license() -> None:
    ends = datetime(2026, 8, 20, 12, tzinfo=UTC)
    calendar = calendar_of(fleet([status_row(expires_at=ends, maintenance_expires_at=ends)]))

    ahead = months_ahead(calendar, date(2026, 8, 1), months=1)

    assert ahead == (MonthCount(2026, 8, 1, 0),)


def test_an_empty_fleet_has_an_empty_calendar() -> None:
    calendar = calendar_of(fleet())

    assert (calendar.overdue, calendar.months, calendar.undated) == ((), (), ())
