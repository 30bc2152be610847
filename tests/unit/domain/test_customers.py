"""A large fleet by customer: whose turn it is first, and an address for each that never changes."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.customers import LARGEST_TABLE, SLUG, customers_of, slug_of, too_large
from lapsewatch.domain.status import Band

from tests.unit.pages.builders import NOW, fleet, many, status_row


def test_customers_come_by_their_worst_band_and_then_by_their_soonest_date() -> None:
    status = fleet(
        [
            status_row("a1", customer="A", expires_at=NOW + timedelta(days=3)),
            status_row("b1", customer="B", expires_at=NOW + timedelta(days=4)),
            status_row("a2", customer="A", expires_at=NOW + timedelta(days=100)),
            status_row("c1", customer="C", expires_at=NOW + timedelta(days=200), active=False),
            status_row("none", customer="", expires_at=None),
        ]
    )

    found = customers_of(status)

    assert [customer.name for customer in found] == ["C", "A", "B", ""]
    assert found[1].bands == (Band.CRITICAL, Band.ACTIVE)
    assert found[1].soonest.instance_id == "a1"


def test_the_shares_of_customers_are_the_fleet() -> None:
    status = fleet(status_row(str(number), customer=f"{number % 7}") for number in range(100))

    shares = [customer.status for customer in customers_of(status)]

    assert {row.instance_id for share in shares for row in share.rows} == {row.instance_id for row in status.rows}
    assert sum(share.counters[Band.CRITICAL] for share in shares) == status.counters[Band.CRITICAL]
    assert all(share.generated_at == NOW for share in shares)


@pytest.mark.parametrize(("count", "expected"), [(LARGEST_TABLE, False), (LARGEST_TABLE + 1, True)])
def test_a_page_shows_two_thousand_instances_at_most(count: int, expected: bool) -> None:
    assert LARGEST_TABLE == 2000
    assert too_large(many(count)) is expected


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("Northwind Health", "northwind-health"),
        ("Stadtwerke Überlingen", "stadtwerke-uberlingen"),
        ("", "customer"),
        ("株式会社", "customer"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * 40),
    ],
)
def test_an_address_can_be_read(name: str, readable: str) -> None:
    assert re.fullmatch(f"{readable}-[0-9a-f]{{12}}", slug_of(name))


def test_an_address_stays_as_it_is_for_ever() -> None:
    assert slug_of("Northwind Health") == "northwind-health-9a94772be6d0"


@given(st.text())
def test_an_address_holds_nothing_but_plain_letters_digits_and_hyphens(name: str) -> None:
    assert SLUG.fullmatch(slug_of(name))


@given(st.sets(st.text(alphabet="aAäÄ -./", max_size=6), min_size=2))
def test_no_two_names_share_an_address_however_alike_they_are(names: set[str]) -> None:
    assert len({slug_of(name) for name in names}) == len(names)
