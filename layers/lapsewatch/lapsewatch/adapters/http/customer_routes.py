"""The pages of a fleet that is too large for one page, and the way there from addresses that were made for one."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from lapsewatch.adapters import pages
from lapsewatch.adapters.http.context import Services, require
from lapsewatch.adapters.http.page_routes import NO_INSTANCE, missing, name_of, page_of, redirect, to_sign_in
from lapsewatch.adapters.pages.addresses import customer_page, row_anchor
from lapsewatch.domain.tokens import Role
from lapsewatch.errors import SignInRequiredError


def add_customer_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add the pages of customers to the app."""

    @app.get("/customers/<slug>")
    def customer(slug: str) -> Response[Any]:
        try:
            require(app, services, Role.VIEWER)
        except SignInRequiredError:
            return to_sign_in(app)
        name = name_of(f"/customers/{slug}")
        return page_of(app, services, name, pages.GONE) if name else missing(pages.GONE)

    @app.get("/instances/<instance_id>/row")
    def row(instance_id: str) -> Response[Any]:
        """Lead to the row of an instance on the page of its customer."""
        try:
            require(app, services, Role.VIEWER)
        except SignInRequiredError:
            return to_sign_in(app)
        watched = services.fleet.watched([instance_id]).get(instance_id)
        if watched is None:
            return missing(NO_INSTANCE)
        return redirect(customer_page(watched.instance.customer) + row_anchor(instance_id))
