"""`make screenshots`: the pictures of the README and the guides, taken from a fresh demo fleet."""

import asyncio
import socket
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from local.browser import QUIET, find_chromium
from local.build import ROOT
from local.channel_pictures import followed, instance_of, picture, reminders_of
from local.demo import first_round
from local.front import address_of, reserved, serving
from local.stack import Stack, running_stack

IMAGES = ROOT / "docs" / "images"
INSTANCES = 40
INSTANCE = "/instances/{reminded}"
"""One that has just been reminded of."""
SHOTS = (
    ("status", "/", 1440, 1000, "light"),
    ("status-dark", "/", 1440, 1000, "dark"),
    ("status-phone", "/", 390, 844, "light"),
    ("status-by-customer", "/?group=customer", 1440, 1000, "light"),
    ("calendar", "/calendar", 1440, 1000, "light"),
    ("calendar-phone", "/calendar", 390, 844, "dark"),
    ("instance", INSTANCE, 1440, 1250, "light"),
    ("instance-phone", INSTANCE, 390, 844, "dark"),
)


async def take(browser: Browser, url: str, token: str, reminded: str) -> None:
    """Sign in and take every picture."""
    for name, path, width, height, scheme in SHOTS:
        context = await browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = await context.new_page()
        await page.goto(f"{url}/session#token={token}")
        await page.wait_for_url(f"{url}/")
        await page.goto(f"{url}{path.format(reminded=reminded)}", wait_until="networkidle")
        await page.screenshot(path=IMAGES / f"{name}.png")
        print(f"docs/images/{name}.png")
        await context.close()


async def shoot(stack: Stack, place: socket.socket) -> None:
    """Take every picture of a running stack."""
    async with serving(place, stack.emulator.endpoint, stack.api_host) as url, async_playwright() as playwright:
        chromium = find_chromium(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        reminder, *_ = await asyncio.to_thread(reminders_of, stack)
        await take(browser, url, stack.tokens["operator"], instance_of(reminder))
        await picture(browser, await asyncio.to_thread(followed, stack, url, reminder), IMAGES)
        await browser.close()


def main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    place = reserved()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(INSTANCES, Path(folder), address_of(place), print) as stack,
    ):
        first_round(stack, INSTANCES, print)
        asyncio.run(shoot(stack, place))
    return 0


if __name__ == "__main__":
    sys.exit(main())
