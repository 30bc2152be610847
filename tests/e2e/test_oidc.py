"""Tokens of an identity provider, through the gateway of the emulator, which checks them as AWS says that it does."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.e2e.conftest import Running
from tests.e2e.serving import Silent, served

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]

AUDIENCE = "lapsewatch-test"
ROLES = "@example.com, role:Operator=operator"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Provider:
    """Signs tokens, and publishes the key that they are checked by."""

    url: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def token(self, claims: dict[str, Any], key: rsa.RSAPrivateKey | None = None) -> str:
        whole = {"iss": self.url, "aud": AUDIENCE, "sub": "1", "exp": int(time.time()) + 600, **claims}
        parts = [encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "one"}, whole)]
        signed = (key or self.key).sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, encoded(signed)])

    @property
    def documents(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        parts = {
            name: encoded(number.to_bytes(256).lstrip(b"\0")) for name, number in (("n", numbers.n), ("e", numbers.e))
        }
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [{"kty": "RSA", "alg": "RS256", "kid": "one", **parts}]},
        }


@contextmanager
def providing() -> Iterator[Provider]:
    provider = Provider()

    class Handler(Silent, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(provider.documents[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with served(Handler) as port:
        provider.url = f"http://127.0.0.1:{port}"
        yield provider


@pytest.fixture
def provider(running: Running) -> Iterator[Provider]:
    """Return a provider that the stack takes tokens of until the test ends."""
    gateway, api = running.stack.emulator.client("apigatewayv2"), running.stack.outputs["HttpApiId"]
    with providing() as provider:
        running.stack.update(OidcIssuer="https://id.example", OidcAudience=AUDIENCE, OidcRoles=ROLES)
        try:
            [authorizer] = gateway.get_authorizers(ApiId=api)["Items"]
            assert authorizer["JwtConfiguration"] == {"Issuer": "https://id.example", "Audience": [AUDIENCE]}
            # The template wants https, which this one has not.
            here = {"Issuer": provider.url, "Audience": [AUDIENCE]}
            gateway.update_authorizer(ApiId=api, AuthorizerId=authorizer["AuthorizerId"], JwtConfiguration=here)
            yield provider
        finally:
            running.stack.update()
            running.receiver.be_trusted(running.stack)


def asked(running: Running, token: str, path: str = "/oidc/api/instances", method: str = "GET") -> httpx.Response:
    return httpx.request(method, f"{running.url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=60)


def test_tokens_that_were_checked_open_what_their_role_may_and_others_nothing(
    running: Running, provider: Provider
) -> None:
    viewer = {"email": "lee@example.com", "email_verified": True}
    eve = {"email": "eve@elsewhere.example", "email_verified": True}
    operator: dict[str, Any] = {"roles": ["Reader", "Operator"]}
    instance_id = min(running.stack.watched())
    refresh = f"/oidc/api/instances/{instance_id}/refresh"
    stranger = rsa.generate_private_key(65537, 2048)

    seen = asked(running, provider.token(viewer))
    refused = asked(running, provider.token(viewer), refresh, "POST")
    refreshed = asked(running, provider.token(operator), refresh, "POST")

    assert seen.status_code == 200
    assert instance_id in seen.text
    assert refused.status_code == 403
    assert refreshed.status_code not in {401, 403, 404}
    assert asked(running, provider.token(eve)).status_code == 403
    assert asked(running, provider.token(operator, stranger)).status_code == 401
    assert asked(running, provider.token(operator | {"aud": "another"})).status_code == 401
    assert asked(running, provider.token(operator | {"exp": int(time.time()) - 60})).status_code == 401
    assert asked(running, provider.token(operator | {"iss": "https://elsewhere.example"})).status_code == 401
    assert asked(running, running.stack.tokens["admin"]).status_code == 401
    assert asked(running, provider.token(operator), "/api/instances").status_code == 401
    assert asked(running, running.stack.tokens["viewer"], "/api/instances").status_code == 200


def test_without_a_provider_there_is_no_such_path(running: Running) -> None:
    assert asked(running, running.stack.tokens["admin"]).status_code == 404
