"""What the routes work with, and who is asking."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from lapsewatch.access import Gate, caller, vouched
from lapsewatch.adapters.http.oidc import claims_of
from lapsewatch.adapters.links import AcknowledgeLinks
from lapsewatch.adapters.s3 import S3Shelf
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.tokens import Role, Token
from lapsewatch.errors import ForbiddenError
from lapsewatch.lifecycle import Operating
from lapsewatch.ports import Feeds, Fleet, Handovers, Heartbeats, Record
from lapsewatch.refresh import Refreshing

log = logging.getLogger(__name__)

COOKIE = "lapsewatch_session"
OURS = "lapsewatch"
"""The value of X-Requested-With by which our own script shows that no other site made the browser send a request."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the routes call."""

    gate: Gate
    feeds: Feeds
    links: AcknowledgeLinks
    fleet: Fleet
    ledger: Record
    handovers: Handovers
    heartbeats: Heartbeats
    refreshing: Refreshing
    shelf: S3Shelf
    rules: ReminderRules
    renew_template: str
    page_url: str
    zone: ZoneInfo
    """Whose calendar names the day of the fleet as a whole."""
    now: Callable[[], datetime]

    @property
    def operating(self) -> Operating:
        return Operating(self.fleet, self.refreshing.polling.states, self.rules)


def audit(action: str, instance_id: str, who: Token) -> None:
    """Log who changed what; an audit line is never below the log level."""
    log.warning("audit", extra={"action": action, "instance_id": instance_id, "by": who.label, "token": who.token_id})


def header(event: Any, name: str) -> str | None:
    """Return a header by its lower-case name."""
    headers = {key.lower(): value for key, value in (event.get("headers") or {}).items()}
    return headers.get(name)


def session_of(event: Any) -> str | None:
    """Return the session cookie: the gateway lists cookies apart, an emulator leaves them in the header."""
    cookies = event.get("cookies") or (header(event, "cookie") or "").split(";")
    pairs = (cookie.strip().partition("=") for cookie in cookies)
    return next((value for name, _, value in pairs if name == COOKIE), None)


def bearer_of(event: Any) -> str | None:
    scheme, _, text = (header(event, "authorization") or "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def require(app: APIGatewayHttpResolver | Any, services: Services, role: Role) -> Token:
    """Return whose request this is; raise if nobody's, or if the role is not enough."""
    event = app.current_event.raw_event
    claims = claims_of(event)
    if claims is not None:
        return vouched(services.gate, claims, role, services.now())
    return caller(services.gate, bearer_of(event), session_of(event), role, services.now())


def require_own_page(app: Any) -> None:
    """Refuse a change that another site may have made the browser ask for with the session it holds."""
    event = app.current_event.raw_event
    if bearer_of(event) is not None:
        return
    site, origin = header(event, "sec-fetch-site"), header(event, "origin")
    elsewhere = site not in {None, "same-origin", "none"} or (
        site is None and origin is not None and origin.partition("//")[2] != header(event, "host")
    )
    if elsewhere or header(event, "x-requested-with") != OURS:
        raise ForbiddenError("Changes need a bearer token, or the page's own buttons.")
