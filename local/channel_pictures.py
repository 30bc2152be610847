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
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.messages import Message
from playwright.async_api import Browser

from local.previews import KINDS, mail_of, preview_of
from local.stack import Stack

INSTANCE = "alder-finch-llp"
"""One whose license ends within a day."""
PAGE, SHOWN = re.compile(r"http://127\.0\.0\.1:\d+"), "https://licenses.example.com"
RENEWED_FOR = timedelta(days=365)


def told_of(stack: Stack, url: str) -> list[Message]:
    """Return the last reminder of an instance, renew it as the vendor would, and return what follows as well."""
    reminders = [message for message in _messages(stack) if message.notices[0].event is Event.REMINDER]
    ends = (datetime.now(UTC) + RENEWED_FOR).isoformat()
    address = f"{stack.simulated['control_url']}/instances/{INSTANCE}"
    httpx.patch(address, json={"expires_at": ends}).raise_for_status()
    token = {"Authorization": f"Bearer {stack.tokens['operator']}"}
    httpx.post(f"{url}/api/instances/{INSTANCE}/refresh", headers=token, timeout=60).raise_for_status()
    stack.invoke("remind")
    return [*reminders[-1:], *_messages(stack)]


def _messages(stack: Stack) -> list[Message]:
    return list(_about(stack.mailbox.letters()))


def _about(letters: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Message]:
    """Yield each notice about the instance as a message of its own, with a link as a route adds it."""
    for _, document in letters:
        message = message_of(PAGE.sub(SHOWN, json.dumps(document)))
        if isinstance(message, Message):
            for told in message.notices:
                if told.document.get("instance_id") == INSTANCE:
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
