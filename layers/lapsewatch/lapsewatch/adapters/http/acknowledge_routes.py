"""To acknowledge by a link from a message, without signing in. Only the button changes anything, never the link."""

import logging
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from lapsewatch.acknowledge import acknowledge
from lapsewatch.adapters import pages
from lapsewatch.adapters.http.context import Services
from lapsewatch.adapters.http.page_routes import HTML, form_of
from lapsewatch.adapters.links import PATH
from lapsewatch.adapters.pages.acknowledge_link import render_acknowledge_link
from lapsewatch.domain.acknowledge_links import AcknowledgeLink
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.overview import Watched
from lapsewatch.errors import InvalidRequestError, UnknownFeedError

log = logging.getLogger(__name__)

OVER = "The date has moved since, or the instance was removed: there is nothing left to acknowledge."
EXPIRED = "This link is more than a week old. Acknowledge on the page of the instance, or by a link in a newer message."


def add_acknowledge_link_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add what links to acknowledge by lead to."""

    @app.get(f"{PATH}/<text>")
    def show(text: str) -> Response[Any]:
        link = _link(services, text)
        return _gone(services, link) or _shown(services, link)

    @app.post(f"{PATH}/<text>")
    def take_note(text: str) -> Response[Any]:
        link, now = _link(services, text), services.now()
        if gone := _gone(services, link):
            return gone
        watched = _watched(services, link)
        if watched is None or _in_force(services, watched, link) is not None:
            return _shown(services, link)
        reason = form_of(app.current_event.decoded_body or "").get("reason", "").strip()
        taken = Acknowledgement(f"route {link.route}", reason, now, None)
        try:
            acknowledge(services.operating, link.trigger.instance_id, link.trigger.clock, taken, now)
        except InvalidRequestError as error:
            return _shown(services, link, str(error).removeprefix("reason: "), HTTPStatus.BAD_REQUEST)
        about = {"instance_id": link.trigger.instance_id, "by": taken.by}
        log.warning("audit", extra={"action": "cycle acknowledged by link", **about})
        services.refreshing.render.run_soon()
        return _shown(services, link)


def _link(services: Services, text: str) -> AcknowledgeLink:
    link = services.links.link(text)
    if link is None:
        # Answered like any address that is not there.
        raise UnknownFeedError
    return link


def _gone(services: Services, link: AcknowledgeLink) -> Response[Any] | None:
    """Return why a link is good for nothing any more, if it is not."""
    text = EXPIRED if link.until <= services.now() else OVER if _watched(services, link) is None else None
    if text is None:
        return None
    return Response(HTTPStatus.GONE, HTML, pages.render_error(HTTPStatus.GONE, "Nothing to acknowledge", text))


def _watched(services: Services, link: AcknowledgeLink) -> Watched | None:
    """Return the instance while the cycle runs that a link is about."""
    trigger = link.trigger
    watched = services.fleet.watched([trigger.instance_id]).get(trigger.instance_id)
    return watched if watched is not None and watched.state.in_cycle(trigger.clock, trigger.cycle) else None


def _shown(
    services: Services, link: AcknowledgeLink, error: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response[Any]:
    watched = _watched(services, link)
    if watched is None:
        return Response(HTTPStatus.GONE, HTML, pages.render_error(HTTPStatus.GONE, "Nothing to acknowledge", OVER))
    series, taken = watched.state.series[link.trigger.clock], _in_force(services, watched, link)
    return Response(status, HTML, render_acknowledge_link(watched, series, taken, services.rules, error))


def _in_force(services: Services, watched: Watched, link: AcknowledgeLink) -> Acknowledgement | None:
    """Return the acknowledgement of the cycle, unless its last day is over."""
    taken = watched.state.series[link.trigger.clock].acknowledged
    holds = taken is not None and taken.holds(services.now(), watched.instance.zone, services.rules.hour)
    return taken if holds else None
