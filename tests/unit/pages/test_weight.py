"""What a page weighs on the wire. Bytes are exact, so that a test can hold them."""

import gzip
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from lapsewatch.adapters.pages import assets, render_calendar, render_index
from lapsewatch.domain.status import FleetStatus

from tests.unit.pages.varied import varied

LIGHT = 60_000
LEVEL = 6
BOTH = pytest.mark.parametrize("render", [render_index, render_calendar])


def weight(body: bytes) -> int:
    return len(gzip.compress(body, LEVEL, mtime=0))


@BOTH
def test_a_page_of_200_instances_and_all_it_loads_weigh_less_than_60_kilobytes(
    render: Callable[[FleetStatus], str],
) -> None:
    page = render(varied(200))

    loaded = [asset.body for name, asset in assets().items() if f'"/{name}"' in page]
    assert len(loaded) == 3
    assert weight(page.encode()) + sum(map(weight, loaded)) < LIGHT


@BOTH
def test_a_page_loads_nothing_from_elsewhere(render: Callable[[FleetStatus], str]) -> None:
    page = BeautifulSoup(render(varied(20)), "html.parser")

    loaded = [tag.get("src") or tag.get("href") for tag in page.select("script, link, img, iframe, source")]
    assert loaded
    assert all(str(address).startswith("/assets/") for address in loaded)
