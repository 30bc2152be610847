"""The API for people whom an identity provider vouches for: what the gateway has checked counts, and nothing else."""

import pytest
from lapsewatch.domain.tokens import Role

from tests.functions.caller import Api

OPERATOR = {"sub": "1", "roles": "[Operator]"}
VIEWER = {"sub": "2", "email": "lee@example.com", "email_verified": "true"}
STRANGER = {"sub": "3", "email": "eve@elsewhere.example", "email_verified": "true"}


@pytest.fixture
def api() -> Api:
    """Return an API that lets a domain see, and an app role refresh."""
    return Api("@example.com, role:Operator=operator")


def test_whoever_was_given_a_role_may_do_what_it_may(api: Api) -> None:
    assert api.vouched(VIEWER, "GET", "/oidc/api/instances").status == 200
    assert api.vouched(OPERATOR, "POST", "/oidc/api/instances/northwind/refresh").status == 200


def test_a_viewer_changes_nothing_and_a_stranger_sees_nothing(api: Api) -> None:
    refused = api.vouched(VIEWER, "POST", "/oidc/api/instances/northwind/refresh")
    unknown = api.vouched(STRANGER, "GET", "/oidc/api/instances")

    assert (refused.status, unknown.status) == (403, 403)
    assert "northwind" not in refused.body + unknown.body


def test_where_nobody_was_named_a_checked_token_opens_nothing() -> None:
    assert Api().vouched(OPERATOR, "GET", "/oidc/api/instances").status == 403


@pytest.mark.parametrize("path", ["/oidc/api/instances", "/oidc/", "/oidc/fleet.json", "/oidc/healthz", "/oidc"])
def test_without_the_check_of_the_gateway_there_is_no_such_path(api: Api, path: str) -> None:
    stranger = api.call("GET", path, authorization="Bearer eyJhbGciOiJub25lIn0.e30.")
    own = api.call("GET", path, Role.ADMIN)

    assert (stranger.status, own.status) == (404, 404)


def test_what_a_request_says_of_itself_is_no_claim(api: Api) -> None:
    answer = api.call("GET", "/api/instances", x_amzn_authorizer="Operator", roles="[Operator]")

    assert answer.status == 401


def test_a_session_adds_nothing_to_a_checked_token(api: Api) -> None:
    answer = api.vouched(STRANGER, "POST", "/oidc/api/instances/northwind/refresh", cookie=api.session(Role.ADMIN))

    assert answer.status == 403


def test_who_refreshed_stands_in_the_audit_line(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.vouched({**OPERATOR, "email": "kim@example.com"}, "POST", "/oidc/api/instances/northwind/refresh")

    [line] = [record for record in caplog.records if record.message == "audit"]
    assert (line.__dict__["by"], line.__dict__["token"]) == ("kim@example.com (OIDC)", "oidc")
