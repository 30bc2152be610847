"""The HTTP API as one resolver."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from lapsewatch.adapters import pages
from lapsewatch.adapters.http.acknowledge_routes import add_acknowledge_link_routes
from lapsewatch.adapters.http.change_routes import add_acknowledge_routes, add_change_routes
from lapsewatch.adapters.http.context import Services, header
from lapsewatch.adapters.http.customer_routes import add_customer_routes
from lapsewatch.adapters.http.feed_routes import add_feed_routes
from lapsewatch.adapters.http.instance_page import add_instance_page_routes
from lapsewatch.adapters.http.instance_routes import JSON, add_instance_routes
from lapsewatch.adapters.http.oidc import as_routed
from lapsewatch.adapters.http.page_routes import HTML, add_page_routes, add_session_routes
from lapsewatch.adapters.http.problems import problem, problem_of, problem_of_unexpected
from lapsewatch.adapters.http.security import secured
from lapsewatch.errors import LapsewatchError, UnknownFeedError


class Api(APIGatewayHttpResolver):
    """A resolver that knows where requests come in whose token the gateway has checked."""

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:
        return super().resolve(as_routed(event), context)


def make_app(services: Services) -> APIGatewayHttpResolver:
    """Return the API over these services."""
    app = Api()
    app.use([secured])
    app.exception_handler(LapsewatchError)(lambda error: _secured(problem_of(error)))
    app.exception_handler(Exception)(lambda error: _secured(problem_of_unexpected(error)))
    app.not_found(lambda _: _secured(_not_found(app)))
    # The same answer, so that nobody learns what an address was once good for.
    app.exception_handler(UnknownFeedError)(lambda _: _secured(_not_found(app)))
    add_page_routes(app, services)
    add_customer_routes(app, services)
    add_instance_page_routes(app, services)
    add_session_routes(app, services)
    add_instance_routes(app, services)
    add_change_routes(app, services)
    add_acknowledge_routes(app, services)
    add_feed_routes(app, services)
    add_acknowledge_link_routes(app, services)

    @app.get("/healthz")
    def healthz() -> Response[Any]:
        """Alive, and how many seconds ago each job last ended well; no data."""
        now = services.now()
        ages = {job: int((now - at).total_seconds()) for job, at in services.heartbeats.last().items()}
        jobs = {job: ages.get(job) for job in ("dispatch", "poll", "remind", "report")}
        return Response(200, JSON, json.dumps({"status": "ok", "seconds_since": jobs}))

    return app


def _not_found(app: APIGatewayHttpResolver) -> Response[Any]:
    event = app.current_event.raw_event
    if "text/html" in (header(event, "accept") or ""):
        return Response(HTTPStatus.NOT_FOUND, HTML, pages.render_error(404, "Not found", "There is no such page."))
    return problem(HTTPStatus.NOT_FOUND, "There is no such page.")


def _secured(answer: Response[Any]) -> Response[Any]:
    return secured(None, lambda _: answer)
