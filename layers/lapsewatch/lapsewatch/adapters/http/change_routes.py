"""What people change about an instance: pause, remove, correct, acknowledge. Each change leaves an audit line."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from lapsewatch.acknowledge import acknowledge
from lapsewatch.adapters.http.bodies import Accepted, Acknowledged, Change, Withdrawn, body_of
from lapsewatch.adapters.http.context import Services, audit, require, require_own_page
from lapsewatch.adapters.http.instance_routes import JSON, known, shown
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.tokens import Role, Token
from lapsewatch.lifecycle import accept_no_expiry, remove, set_enabled


def add_change_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add what admins change to the app."""

    @app.patch("/api/instances/<instance_id>")
    def change(instance_id: str) -> Response[Any]:
        admin = require(app, services, Role.ADMIN)
        require_own_page(app)
        fields = body_of(app, Change)
        known(services, instance_id)
        set_enabled(services.fleet, instance_id, enabled=fields.enabled)
        _changed(services, "instance resumed" if fields.enabled else "instance paused", instance_id, admin)
        return shown(services, instance_id)

    @app.delete("/api/instances/<instance_id>")
    def remove_instance(instance_id: str) -> Response[Any]:
        admin = require(app, services, Role.ADMIN)
        require_own_page(app)
        known(services, instance_id)
        remove(services.operating, instance_id, services.now())
        # Whoever was alerted is told at once.
        services.refreshing.remind.run_soon()
        _changed(services, "instance removed", instance_id, admin)
        return Response(HTTPStatus.NO_CONTENT, JSON, "")

    @app.post("/api/instances/<instance_id>/accept-no-expiry")
    def accept(instance_id: str) -> Response[Any]:
        admin = require(app, services, Role.ADMIN)
        require_own_page(app)
        fields = body_of(app, Accepted)
        known(services, instance_id)
        accept_no_expiry(services.operating, instance_id, fields.clock, services.now())
        _changed(services, "no expiry accepted", instance_id, admin)
        return shown(services, instance_id)


def add_acknowledge_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add what operators acknowledge to the app."""

    @app.post("/api/instances/<instance_id>/acknowledge")
    def take_note(instance_id: str) -> Response[Any]:
        operator = require(app, services, Role.OPERATOR)
        require_own_page(app)
        fields = body_of(app, Acknowledged)
        taken = Acknowledgement(operator.label, fields.reason, services.now(), fields.until)
        known(services, instance_id)
        acknowledge(services.operating, instance_id, fields.clock, taken, services.now())
        _changed(services, "cycle acknowledged", instance_id, operator)
        return shown(services, instance_id)

    @app.delete("/api/instances/<instance_id>/acknowledge")
    def take_back(instance_id: str) -> Response[Any]:
        operator = require(app, services, Role.OPERATOR)
        require_own_page(app)
        fields = body_of(app, Withdrawn)
        known(services, instance_id)
        acknowledge(services.operating, instance_id, fields.clock, None, services.now())
        _changed(services, "acknowledgement withdrawn", instance_id, operator)
        return shown(services, instance_id)


def _changed(services: Services, action: str, instance_id: str, who: Token) -> None:
    """Put a change on record, and have the page show it."""
    audit(action, instance_id, who)
    services.refreshing.render.run_soon()
