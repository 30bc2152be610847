"""The page in a real browser: sign in, look, press Refresh."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import ARTIFACTS, LOOKS, quiet_page
from tests.e2e.conftest import Running
from tests.e2e.test_main_job import fleet

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture(params=["desk-light", "phone-dark"])
def page(request: pytest.FixtureRequest, running: Running, browser: Browser) -> Iterator[Page]:
    """Return a page that came in by the sign-in link, of which a picture is kept in the end."""
    with quiet_page(browser, running.url, LOOKS[request.param]) as page:
        page.goto(f"{running.url}/session#token={running.stack.tokens['operator']}")
        page.wait_for_url(f"{running.url}/")
        yield page
        page.screenshot(path=ARTIFACTS / f"{request.node.name}.png")


def test_the_fleet_is_on_the_page(running: Running, page: Page) -> None:
    rows = fleet(running)

    for instance_id in rows:
        expect(page.locator(f"#instance-{instance_id}")).to_be_attached()
    assert running.stack.tokens["operator"] not in page.url


def test_pressing_refresh_after_a_renewal_moves_the_row(running: Running, page: Page) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    instance_id = next(
        key for key, row in fleet(running).items() if row["days_left"] in range(5, 61) and not row["reason"]
    )
    running.vendor(instance_id, expires_at=(now + timedelta(days=500)).isoformat())
    row = page.locator(f"#instance-{instance_id}")

    row.locator("[data-refresh]").click()

    expect(row).to_contain_text(str((now + timedelta(days=500)).year), timeout=30_000)
    expect(row).to_contain_text("Active")
