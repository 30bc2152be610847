"""An outside watch: it calls somebody when it has not heard from us for a while, even if all of AWS is silent."""

import logging
import ssl
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds to wait for it; what it answers changes nothing here."""
REFUSED = 300
"""Answers from here on are no welcome. A redirect is not followed: the address is a secret of ours."""


class OutsideWatch:
    """The address that is asked after every run that ended well; empty for none."""

    def __init__(self, url: str, trust: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._trust = trust

    def told_all_is_well(self) -> bool:
        """Ask the address, and return whether it took note. Whatever goes wrong is logged and stops nothing."""
        if not self._url:
            return False
        address = urlsplit(self._url)
        connection = HTTPSConnection(address.netloc, timeout=PATIENCE, context=self._trust)
        try:
            connection.request("GET", address._replace(scheme="", netloc="", fragment="").geturl() or "/")
            status = connection.getresponse().status
        except (OSError, HTTPException, ValueError) as error:
            log.warning("the outside watch could not be told", extra={"error_type": type(error).__name__})
            return False
        finally:
            connection.close()
        if status >= REFUSED:
            log.warning("the outside watch refused to be told", extra={"status": status})
        return status < REFUSED
