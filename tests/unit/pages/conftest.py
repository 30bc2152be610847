"""A site of pages, and a quiet page in the shared browser to look at them."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from lapsewatch.adapters.pages import render_calendar, render_index
from playwright.sync_api import Browser, Page

from tests.browser import ALL_LOOKS, LOOKS, quiet_page
from tests.unit.pages.builders import fleet
from tests.unit.pages.site import Site, serve
from tests.unit.pages.states import FLEET, SOON_AFTER


@pytest.fixture
def site() -> Iterator[Site]:
    status = fleet(FLEET)
    with serve({"/": render_index(status), "/calendar": render_calendar(status)}) as served:
        yield served


@pytest.fixture
def opened_at() -> datetime:
    return SOON_AFTER


@pytest.fixture(params=ALL_LOOKS)
def page(request: pytest.FixtureRequest, browser: Browser, site: Site, opened_at: datetime) -> Iterator[Page]:
    """Return a page of the site, soon after it was rendered, in each size and theme."""
    with quiet_page(browser, site.base, LOOKS[request.param]) as page:
        page.clock.install(time=opened_at)
        yield page
