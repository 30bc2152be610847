"""The api function as its callers see it, over the fakes."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from lapsewatch.access import Gate, create_token
from lapsewatch.adapters.http.app import make_app
from lapsewatch.adapters.http.context import Services
from lapsewatch.adapters.links import AcknowledgeLinks
from lapsewatch.adapters.s3 import ShelvedPage
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.oidc import grants_from
from lapsewatch.domain.tokens import Role

from tests.fakes import FakeFeeds, FakeHandovers, FakeHeartbeats, FakeTokens
from tests.scenes import EXPIRY, NEW_YORK, Scene, days_before

NOW = days_before(6)
KEY = b"k" * 32
FLEET = b'{"generated_at": "2026-06-14T13:00:00Z", "instances": []}'
LATE_IN_THE_DAY = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)
"""Ten in the evening of June 14 in New York."""
CANARY = "8SGW-7XFG-2R4K-9Q1S"


class FakeShelf:
    def __init__(self) -> None:
        self.pages = {
            "index.html": ShelvedPage(b"<!doctype html><p>the page", "text/html; charset=utf-8", '"1"'),
            "fleet.json": ShelvedPage(FLEET, "application/json", '"2"'),
            "fleet.csv": ShelvedPage(b'"Instance"\r\n', "text/csv; charset=utf-8", '"3"', LATE_IN_THE_DAY),
        }

        self.times: dict[str, datetime] = {}
        self.through_at: datetime | None = None

    def known(self, name: str) -> tuple[str, datetime] | None:
        return ('"1"', self.times[name]) if name in self.times else None

    def looked_over_at(self) -> datetime | None:
        return self.through_at

    def page(self, name: str, known_etag: str | None) -> ShelvedPage | None:
        found = self.pages.get(name)
        return ShelvedPage(None, "", found.etag) if found and found.etag == known_etag else found


class Api:
    """The api function as its callers see it."""

    def __init__(self, grants: str = "") -> None:
        self.scene = Scene()
        self.scene.add()
        self.scene.says(EXPIRY)
        self.scene.poll(days_before(11))
        self.now = NOW
        self.claims: dict[str, Any] | None = None
        """Those of a token that the gateway has checked."""
        self.shelf = FakeShelf()
        self.tokens = FakeTokens()
        self.feeds = FakeFeeds()
        self.heartbeats = FakeHeartbeats()
        self.handovers = FakeHandovers()
        self.links = AcknowledgeLinks("https://page.example", lambda: KEY)
        self.bearers = {role: create_token(self.tokens, role, f"a {role}", NOW) for role in Role}
        self.app: APIGatewayHttpResolver = make_app(
            Services(
                gate=Gate(self.tokens, lambda: KEY, grants_from(grants)),
                feeds=self.feeds,
                links=self.links,
                fleet=self.scene.store,
                ledger=self.scene.store,
                handovers=self.handovers,
                heartbeats=self.heartbeats,
                refreshing=self.scene.refreshing,
                shelf=self.shelf,  # type: ignore[arg-type]  # it answers what the real one does
                rules=DEFAULT_RULES,
                renew_template="https://shop.example/renew?key={key}",
                page_url="https://page.example",
                zone=NEW_YORK,
                now=lambda: self.now,
            )
        )

    def call(
        self,
        method: str,
        path: str,
        role: Role | None = None,
        body: str | None = None,
        **headers: str,
    ) -> SimpleNamespace:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if role is not None:
            sent["authorization"] = f"Bearer {self.bearers[role]}"
        path, _, query = path.partition("?")
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": dict(pair.split("=", 1) for pair in query.split("&") if pair),
            "headers": {"host": "page.example", **sent},
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
            "body": body,
            "isBase64Encoded": False,
        }
        if self.claims is not None:
            event["requestContext"] |= {"authorizer": {"jwt": {"claims": self.claims, "scopes": None}}}
        context: Any = SimpleNamespace()
        answer: dict[str, Any] = self.app.resolve(event, context)
        cookies = answer.get("cookies", [])
        return SimpleNamespace(
            status=answer["statusCode"], body=answer.get("body") or "", headers=answer["headers"], cookies=cookies
        )

    def vouched(self, claims: dict[str, Any], method: str, path: str, **headers: str) -> SimpleNamespace:
        """Call with a token that the gateway has checked."""
        self.claims = claims
        answer = self.call(method, path, None, None, authorization="Bearer e30.e30.e30", **headers)
        self.claims = None
        return answer

    def refresh(
        self, role: Role | None = Role.OPERATOR, instance_id: str = "northwind", **more: Any
    ) -> SimpleNamespace:
        return self.call("POST", f"/api/instances/{instance_id}/refresh", role, **more)

    def enter(self, role: Role, return_to: str = "/calendar") -> SimpleNamespace:
        return self.call("POST", "/session", body=urlencode({"token": self.bearers[role], "return_to": return_to}))

    def session(self, role: Role = Role.OPERATOR) -> str:
        entered = self.enter(role)
        return str(entered.cookies[0]).split(";")[0]
