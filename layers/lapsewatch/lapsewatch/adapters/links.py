"""Addresses on our own page that acknowledge, for whoever gets a message."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from lapsewatch.domain.acknowledge_links import AcknowledgeLink, is_shaped, link_from, text_of
from lapsewatch.errors import SettingsError

log = logging.getLogger(__name__)

PATH = "/acknowledge"


@dataclass(frozen=True, slots=True)
class AcknowledgeLinks:
    """Makes and reads links with one key."""

    page_url: str
    key: Callable[[], bytes]

    def address(self, link: AcknowledgeLink) -> str | None:
        """Return the address of a link; None, told by the log, if there is no key: a message is better without it."""
        try:
            return f"{self.page_url}{PATH}/{text_of(link, self.key())}"
        except SettingsError as error:
            log.error("a message goes without its link", extra={"reason": str(error)})  # noqa: TRY400  the reason says it
            return None

    def link(self, text: str) -> AcknowledgeLink | None:
        """Return what a link is good for, over or not; None if it is none of ours."""
        if not is_shaped(text):
            return None
        try:
            return link_from(text, self.key())
        except SettingsError:
            log.exception("a link cannot be checked")
            return None
