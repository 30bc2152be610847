"""A real browser for tests: an installed Chromium, else the one that Playwright brought."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from local.browser import QUIET, find_chromium

MISSING = "No Chromium here: install one (apt install chromium), or run `playwright install chromium`."


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open a browser. Without one the test is skipped, but fails where it must have run."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        if path is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()
