"""The page in a real browser: sign in, look, press Refresh."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.e2e.conftest import Running
from tests.e2e.test_main_job import fleet

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(240)]

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
SIZES = {"desk": (1440, 1000), "phone": (390, 844)}


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, running: Running) -> Iterator[Page]:
    """Return a page that came in by the sign-in link; the test fails if the console had a complaint."""
    complaints: list[str] = []
    width, height = SIZES[request.param]
    with chromium() as browser:
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{running.url}/session#token={running.stack.tokens['operator']}")
        page.wait_for_url(f"{running.url}/")
        yield page
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
    assert [text for text in complaints if "401" not in text] == []


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
