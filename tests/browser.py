"""A real browser for tests, and pages in it that must not complain."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
    sync_playwright,
)

from local.browser import QUIET, find_chromium

ARTIFACTS = Path(__file__).parent / "artifacts"
"""Where pictures of pages are kept."""
MISSING = "No Chromium here: install one (apt install chromium), or run `playwright install chromium`."
PATIENCE = 15_000
"""Milliseconds to wait for what a page should do at once, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Look:
    """The window and the theme in which a page is looked at."""

    width: int
    height: int
    scheme: Literal["light", "dark"]


LOOKS = {
    "desk-light": Look(1440, 900, "light"),
    "desk-dark": Look(1440, 900, "dark"),
    "phone-light": Look(390, 844, "light"),
    "phone-dark": Look(390, 844, "dark"),
}
ALL_LOOKS = [
    # Two of them cover both sizes and both themes; the other two are for whoever has the time.
    pytest.param(name, marks=[] if name in {"desk-light", "phone-dark"} else pytest.mark.slow)
    for name in LOOKS
]


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


@contextmanager
def quiet_page(browser: Browser, base: str, look: Look = LOOKS["desk-light"], **options: Any) -> Iterator[Page]:
    """Yield a page of the site at `base` in a context of its own; fail if anything about it was amiss."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height}, color_scheme=look.scheme, **options
    )
    context.set_default_timeout(PATIENCE)
    complaints = _listen(context, base)
    try:
        yield context.new_page()
        found = list(complaints)
    finally:
        context.close()
    assert found == [], found


def _listen(context: BrowserContext, base: str) -> list[str]:
    """Gather what must not be: words in the console, errors, dialogs, requests that fail or leave the site.

    To refuse a change is part of a site's work: what the browser says of that counts for nothing.
    """
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            complaints.append(f"{message.type}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{base}/", "data:", "blob:")):
            complaints.append(f"a request elsewhere: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400 and response.request.method == "GET":
            complaints.append(f"{response.status} for {response.url}")

    def failed(request: Request) -> None:
        # What a page did not wait for when it was left has not failed.
        if request.method == "GET" and request.failure != "net::ERR_ABORTED":
            complaints.append(f"a failed request: {request.url}: {request.failure}")

    def opened(dialog: Dialog) -> None:
        complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(f"an error: {error.error}"))
    context.on("dialog", opened)
    context.on("request", asked)
    context.on("response", answered)
    context.on("requestfailed", failed)
    return complaints
