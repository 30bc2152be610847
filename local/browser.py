"""Where a Chromium is: an installed one, else the one that Playwright brought."""

import shutil
from pathlib import Path

# The shell first: the same engine without a window around it, for half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(own: str) -> str | None:
    """Return the path of a Chromium, or None if there is none; `own` is where Playwright keeps its own."""
    installed = next((path for path in map(shutil.which, NAMES) if path), None)
    return installed or (own if Path(own).exists() else None)
