"""Instances for programs, and the refresh that the page's button calls."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from lapsewatch.adapters.dynamodb.table import stamp
from lapsewatch.adapters.http.context import Services, audit, header, require, require_own_page
from lapsewatch.adapters.http.problems import problem
from lapsewatch.adapters.messages import INSTANCE_ID
from lapsewatch.adapters.pages.fleet_json import row_document
from lapsewatch.domain.changes import Entry
from lapsewatch.domain.explanation import Line, explain
from lapsewatch.domain.handovers import Handover, by_row
from lapsewatch.domain.ledger import LedgerRow
from lapsewatch.domain.license import REMEDIES, title_of
from lapsewatch.domain.overview import Watched, status_row
from lapsewatch.domain.tokens import Role
from lapsewatch.errors import InvalidRequestError, UnknownInstanceError
from lapsewatch.refresh import LEASE, Refreshed, Side, refresh

JSON = "application/json"
LARGEST_BODY = 1024
LONGEST_HISTORY = 200


def add_instance_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add the routes under /api/instances to the app."""

    @app.get("/api/instances")
    def instances() -> Response[Any]:
        require(app, services, Role.VIEWER)
        found = services.shelf.page("fleet.json", None)
        body = found.body if found else None
        fleet = json.loads(body) if body else {"generated_at": None, "instances": []}
        return _json({"generated_at": fleet["generated_at"], "instances": fleet["instances"]})

    @app.get("/api/instances/<instance_id>")
    def instance(instance_id: str) -> Response[Any]:
        require(app, services, Role.VIEWER)
        return shown(services, instance_id)

    @app.get("/api/instances/<instance_id>/reminders")
    def reminders(instance_id: str) -> Response[Any]:
        require(app, services, Role.VIEWER)
        watched, now = known(services, instance_id), services.now()
        lines = explain(watched, services.ledger.rows(instance_id), services.rules, now)
        next_at = status_row(watched, now, services.rules, services.renew_template).next_reminder_at
        document = {"instance_id": instance_id, "next_reminder_at": _text(next_at)}
        handed = by_row(services.handovers.of(instance_id))
        owed = [_reminder(line, line.row, handed.get(line.key, ())) for line in lines if line.row]
        return _json({**document, "reminders": owed, "unclaimed": [_milestone(line) for line in lines if not line.row]})

    @app.get("/api/instances/<instance_id>/history")
    def history(instance_id: str) -> Response[Any]:
        require(app, services, Role.VIEWER)
        known(services, instance_id)
        entries = services.ledger.history(instance_id, LONGEST_HISTORY)
        return _json({"instance_id": instance_id, "history": [_entry(entry) for entry in entries]})

    @app.post("/api/instances/<instance_id>/refresh")
    def refresh_instance(instance_id: str) -> Response[Any]:
        operator = require(app, services, Role.OPERATOR)
        require_own_page(app)
        if refused := _unwanted_body(app):
            return refused
        known(services, instance_id)
        audit("refresh asked for", instance_id, operator)
        done = refresh(services.refreshing, instance_id, services.now())
        if done.reason is not None:
            detail = f"The PBX could not be refreshed: {title_of(done.reason)}. {REMEDIES[done.reason]}"
            return problem(HTTPStatus.BAD_GATEWAY, detail)
        return _pending(done, services.now()) if done.pending else _json(_refreshed(done))


def shown(services: Services, instance_id: str) -> Response[Any]:
    """Answer with one instance as it stands."""
    row = status_row(known(services, instance_id), services.now(), services.rules, services.renew_template)
    return _json(row_document(row))


def known(services: Services, instance_id: str) -> Watched:
    """Return an instance by an id that a caller gave."""
    if re.fullmatch(INSTANCE_ID, instance_id) is None:
        raise InvalidRequestError("An instance id is up to 64 lower-case letters, digits and hyphens.")
    watched = services.fleet.watched([instance_id]).get(instance_id)
    if watched is None:
        raise UnknownInstanceError("There is no such instance.")
    return watched


def _unwanted_body(app: APIGatewayHttpResolver) -> Response[Any] | None:
    """Return what is wrong with a body: a refresh takes none, or an empty JSON object."""
    body = app.current_event.decoded_body or ""
    if len(body.encode("utf-8", "replace")) > LARGEST_BODY:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "A refresh takes no body.")
    if not body.strip():
        return None
    if (header(app.current_event.raw_event, "content-type") or "").partition(";")[0].strip() != JSON:
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json, or no body at all.")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return problem(HTTPStatus.BAD_REQUEST, "The body is not JSON.")
    return None if fields == {} else problem(HTTPStatus.BAD_REQUEST, "A refresh takes no fields.")


def _json(document: dict[str, Any]) -> Response[Any]:
    return Response(200, JSON, json.dumps(document, ensure_ascii=False))


def _pending(done: Refreshed, now: datetime) -> Response[Any]:
    """Answer that the PBX is still at it, where its result will be seen, and when to look there."""
    where, seconds = f"/api/instances/{done.instance_id}", int(LEASE.total_seconds())
    document = {"instance_id": done.instance_id, "pending": True, "asked_at": stamp(now), "see": where}
    headers: dict[str, str | list[str]] = {"Location": where, "Retry-After": str(seconds)}
    return Response(HTTPStatus.ACCEPTED, JSON, json.dumps(document | {"before": _side(done.before)}), headers=headers)


def _refreshed(done: Refreshed) -> dict[str, Any]:
    return {
        "instance_id": done.instance_id,
        "before": _side(done.before),
        "after": _side(done.after),
        "changed": done.changed,
        "resolved": done.resolved,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "expires_at": _text(side.expires_at),
        "expires_on": _text(side.expires_on),
        "days_left": side.days_left,
        "band": side.band.value,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    changes = [{"fact": change.fact, "before": change.before, "after": change.after} for change in entry.changes]
    return {"at": stamp(entry.at), "changes": changes}


def _milestone(line: Line) -> dict[str, Any]:
    return {
        "clock": line.key.clock.value,
        "cycle": line.key.cycle,
        "milestone": line.key.milestone,
        "event": line.key.event.value,
        "standing": line.standing.value,
        "why": line.why,
        "due_at": _text(line.due_at),
    }


def _reminder(line: Line, row: LedgerRow, handovers: Iterable[Handover]) -> dict[str, Any]:
    return _milestone(line) | {
        "state": row.state.value,
        "attempts": row.attempts,
        "created_at": stamp(row.created_at),
        "sent_at": _text(row.sent_at),
        "sns_message_id": row.sns_message_id,
        "next_attempt_at": _text(row.due_at),
        "routes": [_handover(handover) for handover in handovers],
    }


def _handover(handover: Handover) -> dict[str, Any]:
    return {
        "route": handover.key.route,
        "standing": handover.standing.value,
        "answer": handover.answer or None,
        "attempts": handover.attempts,
        "tried_at": _text(handover.at),
        "escalated_from": handover.escalated_from,
        "escalates_at": _text(handover.due_at),
        "escalated_at": _text(handover.escalated_at),
    }


def _text(moment: datetime | date | None) -> str | None:
    if isinstance(moment, datetime):
        return stamp(moment)
    return moment.isoformat() if moment else None
