"""What of the fleet a feed may show."""

import dataclasses
from datetime import timedelta

import pytest
from lapsewatch.adapters.pages import render_fleet_json
from lapsewatch.adapters.pages.feed_rows import feed_status
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.license import Seats
from lapsewatch.domain.status import Band, Freshness, StatusRow

from tests.unit.pages.builders import NOW, fleet, status_row

MAY_BE_SEEN = {
    "instance_id",
    "name",
    "customer",
    "edition",
    "license_key",
    "perpetual",
    "band",
    "clock",
    "expires_at",
    "expires_on",
    "days_left",
    "maintenance_expires_at",
    "maintenance_expires_on",
    "maintenance_days_left",
    "seats",
    "freshness",
    "last_read_at",
    "zone",
}


def shared(*rows: StatusRow, customer: str | None = None) -> tuple[StatusRow, ...]:
    return feed_status(render_fleet_json(fleet(rows)).encode(), customer).rows


def full() -> StatusRow:
    """Return a row with a value in every field."""
    return status_row(
        maintenance_expires_at=NOW + timedelta(days=30),
        seats=Seats(used=9, limit=40, ai=2),
        freshness=Freshness.STALE,
        reason="timeout",
        remedy="Wait.",
        note="Look.",
        acknowledged_until=NOW,
        acknowledged="Kim: order 4711",
    )


def test_nothing_is_shared_but_what_is_named_here() -> None:
    row = full()
    [seen] = shared(row)

    for field in dataclasses.fields(StatusRow):
        value = getattr(seen, field.name)
        if field.name in MAY_BE_SEEN - {"license_key"}:
            assert value == getattr(row, field.name), field.name
        elif field.name != "license_key":
            assert value in (None, False, "", ()), field.name


def test_a_license_key_is_masked_before_anything_is_rendered() -> None:
    [seen] = shared(full())

    assert seen.license_key == "\u00b7\u00b7\u00b7\u00b7-\u00b7\u00b7\u00b7\u00b7-\u00b7\u00b7\u00b7\u00b7-9Q1S"


def test_an_edition_without_a_name_does_not_give_its_product_code_away() -> None:
    [seen] = shared(status_row(edition="3CXPSSECRET", product_code="3CXPSSECRET"))

    assert seen.edition is None


def test_a_customer_sees_its_own_instances_only() -> None:
    rows = [status_row("a", customer="Northwind"), status_row("b", customer="Contoso"), status_row("c", customer="")]

    assert [row.instance_id for row in shared(*rows, customer="Contoso")] == ["b"]
    assert [row.instance_id for row in shared(*rows, customer="contoso")] == []
    assert [row.instance_id for row in shared(*rows)] == ["a", "b", "c"]


def test_the_counters_are_those_of_what_is_shared() -> None:
    rows = [status_row("a", customer="Northwind"), status_row("b", customer="Contoso", expires_at=None)]

    status = feed_status(render_fleet_json(fleet(rows)).encode(), "Contoso")

    assert {band: count for band, count in status.counters.items() if count} == {Band.UNKNOWN: 1}


@pytest.mark.parametrize(
    ("row", "clock"),
    [
        (status_row(), Clock.LICENSE),
        (status_row(expires_at=None, perpetual=True, maintenance_expires_at=NOW), Clock.MAINTENANCE),
        (status_row(expires_at=None, maintenance_expires_at=NOW), None),
    ],
)
def test_the_clock_that_counts_is_the_one_of_the_status_page(row: StatusRow, clock: Clock | None) -> None:
    [seen] = shared(row)

    assert seen.clock == row.clock == clock


@pytest.mark.parametrize(
    ("freshness", "last_read", "shown"),
    [
        (Freshness.FRESH, timedelta(minutes=20), Freshness.FRESH),
        (Freshness.FAILING, timedelta(minutes=80), Freshness.FRESH),
        (Freshness.FAILING, timedelta(hours=25), Freshness.STALE),
        (Freshness.FAILING, None, Freshness.NEVER_READ),
        (Freshness.STALE, timedelta(days=3), Freshness.STALE),
        (Freshness.PAUSED, timedelta(days=3), Freshness.PAUSED),
    ],
)
def test_a_customer_learns_how_old_facts_are_and_not_why(
    freshness: Freshness, last_read: timedelta | None, shown: Freshness
) -> None:
    read_at = NOW - last_read if last_read else None

    [seen] = shared(status_row(freshness=freshness, last_read_at=read_at, reason="bad_credentials", remedy="Fix."))

    assert seen.freshness is shown
