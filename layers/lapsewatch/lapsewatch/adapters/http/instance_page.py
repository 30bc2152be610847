"""The page of one instance, and the way from it to the vendor's shop."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from lapsewatch.adapters import pages
from lapsewatch.adapters.http.context import Services, require
from lapsewatch.adapters.http.page_routes import HTML, REVALIDATED, redirect, to_sign_in
from lapsewatch.domain.detail import detail_of
from lapsewatch.domain.links import renew_link
from lapsewatch.domain.tokens import Role
from lapsewatch.errors import SignInRequiredError, UnknownInstanceError

LONGEST_HISTORY = 50
"""Entries on the page; programs may ask for more."""


def add_instance_page_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add the pages of one instance to the app."""

    @app.get("/instances/<instance_id>")
    def instance(instance_id: str) -> Response[Any]:
        try:
            token = require(app, services, Role.VIEWER)
        except SignInRequiredError:
            return to_sign_in(app)
        watched, now = services.fleet.watched([instance_id]).get(instance_id), services.now()
        if watched is None:
            text = "There is no such instance, or it was removed."
            return Response(HTTPStatus.NOT_FOUND, HTML, pages.render_error(404, "Not found", text))
        rows, history = services.ledger.rows(instance_id), services.ledger.history(instance_id, LONGEST_HISTORY)
        handovers = services.handovers.of(instance_id)
        detail = detail_of(watched, rows, history, services.rules, services.renew_template, now, handovers=handovers)
        body = pages.render_instance(detail, token)
        return Response(200, HTML, body, headers={"Cache-Control": REVALIDATED}, compress=True)

    @app.get("/instances/<instance_id>/renew")
    def renew(instance_id: str) -> Response[Any]:
        try:
            require(app, services, Role.VIEWER)
        except SignInRequiredError:
            return to_sign_in(app)
        watched = services.fleet.watched([instance_id]).get(instance_id)
        license = watched.state.license if watched else None
        link = renew_link(services.renew_template, license.key if license else None)
        if link is None:
            raise UnknownInstanceError("There is no renewal address for this instance.")
        return redirect(link)
