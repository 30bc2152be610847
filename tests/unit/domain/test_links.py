"""The link to the vendor's shop."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.links import renew_link

from tests.builders import KEY

SHOP = "https://shop.example/renew?key={key}&from=us"


def test_the_link_names_the_key() -> None:
    assert renew_link(SHOP, KEY) == f"https://shop.example/renew?key={KEY}&from=us"


def test_there_is_no_link_without_a_shop_or_without_a_key() -> None:
    assert renew_link("", KEY) is None
    assert renew_link(SHOP, None) is None


@pytest.mark.fault("P20")
@pytest.mark.parametrize(
    "key",
    [
        "",
        "ABC",
        "A" * 65,
        "A" * 10_000,
        "<script>alert(1)</script>",
        '8SGW" onload="x',
        "../../admin",
        "8SGW?x=1",
        "8SGW&y=2",
        "8SGW 7XFG",
        "8SGW-7XFG\n",
        "\uff18SGW-7XFG",
        "8SGW%2e%2e",
        "{key}",
    ],
)
def test_anything_but_a_plain_key_has_no_link(key: str) -> None:
    assert renew_link(SHOP, key) is None


@given(st.text(max_size=80))
def test_no_key_ever_leads_to_another_place(key: str) -> None:
    link = renew_link(SHOP, key)

    if link is not None:
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc, parts.path) == ("https", "shop.example", "/renew")
        assert parts.query == f"key={key}&from=us"
