"""Feeds: what is shown to whoever holds the address. Rendered on request from the fleet as the report left it."""

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from lapsewatch.adapters.http.context import Services, header
from lapsewatch.adapters.http.page_routes import HTML, REVALIDATED, unrendered
from lapsewatch.adapters.pages.feed import render_feed
from lapsewatch.adapters.pages.feed_rows import feed_status
from lapsewatch.adapters.pages.renewals import renewal_calendar
from lapsewatch.domain.feeds import Feed
from lapsewatch.domain.status import FleetStatus
from lapsewatch.feeds import feed_of

CALENDAR = "text/calendar; charset=utf-8"


def add_feed_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add the routes of feeds to the app; any token that opens none is answered as a path that is not there."""

    @app.get("/feeds/<token>/renewals.ics")
    def renewals(token: str) -> Response[Any]:
        feed = feed_of(services.feeds, token)
        status = _status(services, feed)
        if status is None:
            return unrendered()
        calendar = renewal_calendar(status, feed.customer, services.page_url)
        return _answer(app, calendar.etag, CALENDAR, calendar.text)

    @app.get("/feeds/<token>/")
    def page(token: str) -> Response[Any]:
        feed = feed_of(services.feeds, token)
        status = _status(services, feed)
        if status is None:
            return unrendered()
        calendar_url = f"{services.page_url}/feeds/{token}/renewals.ics"
        body = render_feed(status, feed.customer, calendar_url, services.now())
        return _answer(app, f'"{sha256(body.encode()).hexdigest()[:32]}"', HTML, lambda: body)


def _status(services: Services, feed: Feed) -> FleetStatus | None:
    found = services.shelf.page("fleet.json", None)
    body = found.body if found else None
    return feed_status(body, feed.customer) if body else None


def _answer(app: APIGatewayHttpResolver, etag: str, content_type: str, render: Callable[[], str]) -> Response[Any]:
    """Answer with what is rendered, or with nothing to a caller that has it."""
    headers: dict[str, Any] = {"ETag": etag, "Cache-Control": REVALIDATED}
    if _is_known(etag, header(app.current_event.raw_event, "if-none-match")):
        return Response(HTTPStatus.NOT_MODIFIED, None, "", headers=headers)
    return Response(HTTPStatus.OK, content_type, render(), headers=headers, compress=True)


def _is_known(etag: str, known: str | None) -> bool:
    """Whether a caller's If-None-Match names this tag; on the way a strong tag may have become a weak one."""
    tags = {tag.strip().removeprefix("W/") for tag in (known or "").split(",")}
    return etag.removeprefix("W/") in tags
