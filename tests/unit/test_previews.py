"""Previews of channels show whatever a channel makes of a message, and no name becomes markup."""

from html.parser import HTMLParser

import pytest

from local.previews import KINDS, NAMES, mail_of, preview_of
from tests.unit.channels.messages import MESSAGES, message_of, notice


class Tags(HTMLParser):
    """Every tag that is opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_has_a_preview_that_says_what_it_is(kind: str, name: str) -> None:
    html = preview_of(kind, [MESSAGES[name]])

    assert f"Preview of what Lapsewatch sends to {NAMES[kind]}" in html
    assert "None" not in html


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_no_markup_in_a_preview(kind: str) -> None:
    hostile = message_of(notice(name="<script>alert(1)</script> & <img src=x>"))

    assert Tags(preview_of(kind, [hostile])).seen & {"script", "img"} == set()


def test_the_picture_of_a_mail_is_its_html() -> None:
    assert "Northwind Cardiology: license expires in 10 days" in mail_of(MESSAGES["reminder"])
