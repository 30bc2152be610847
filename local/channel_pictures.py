"""What channels show of a reminder and of the renewal that follows, from what a running stack has published."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from lapsewatch.adapters.arrivals import message_of
from lapsewatch.domain.acknowledge_links import linked
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.fields import clock_of, number, text
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.messages import Message
from playwright.async_api import Browser

from local.previews import KINDS, mail_of, preview_of
from local.stack import Stack

PAGE, SHOWN = re.compile(r"http://127\.0\.0\.1:\d+"), "https://licenses.example.com"
RENEWED_FOR = timedelta(days=365)


def reminders_of(stack: Stack) -> list[Message]:
    """Return the reminders of licenses that have been published, the most urgent first: which, the hour decides."""
    found = [message for message in _messages(stack) if message.notices[0].event is Event.REMINDER]
    licenses = [message for message in found if clock_of(message.notices[0].document) is Clock.LICENSE]
    return sorted(licenses, key=lambda message: number(message.notices[0].document, "days_left") or 0)


def followed(stack: Stack, url: str, reminder: Message) -> list[Message]:
    """Return a reminder, renew its license as the vendor would, and return what follows as well."""
    instance_id = instance_of(reminder)
    ends = (datetime.now(UTC) + RENEWED_FOR).isoformat()
    address = f"{stack.simulated['control_url']}/instances/{instance_id}"
    httpx.patch(address, json={"expires_at": ends}).raise_for_status()
    token = {"Authorization": f"Bearer {stack.tokens['operator']}"}
    httpx.post(f"{url}/api/instances/{instance_id}/refresh", headers=token, timeout=60).raise_for_status()
    stack.invoke("remind")
    return [reminder, *(message for message in _messages(stack) if instance_of(message) == instance_id)]


def instance_of(message: Message) -> str:
    """Return the instance that the first notice of a message is about."""
    return text(message.notices[0].document, "instance_id")


def _messages(stack: Stack) -> list[Message]:
    return list(_about(stack.mailbox.letters()))


def _about(letters: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Message]:
    """Yield each notice as a message of its own, with a link as a route adds it."""
    for _, document in letters:
        message = message_of(PAGE.sub(SHOWN, json.dumps(document)))
        if isinstance(message, Message):
            for told in message.notices:
                yield linked(
                    message.narrowed([told]),
                    lambda trigger: f"{SHOWN}/acknowledge/{trigger.instance_id}.license.1.noc",
                )


async def picture(browser: Browser, messages: list[Message], images: Path) -> None:
    """Take a picture of what each kind of channel makes of some messages."""
    pages = {kind: preview_of(kind, messages) for kind in KINDS} | {"mail": mail_of(messages[0])}
    for kind, html in pages.items():
        page = await browser.new_page(viewport={"width": 752 if kind != "mail" else 720, "height": 100})
        await page.set_content(html)
        await page.screenshot(path=images / f"channel-{kind}.png", full_page=True)
        print(f"docs/images/channel-{kind}.png")
        await page.close()
