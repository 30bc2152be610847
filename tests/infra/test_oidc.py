"""Sign-in by an identity provider opens one route, to checked tokens alone, and only where it was asked for."""

import re

import pytest

from tests.infra.template import DOCUMENT, FUNCTIONS, RESOURCES, of_type

ROUTES = of_type("AWS::ApiGatewayV2::Route")
PARAMETERS = DOCUMENT["Parameters"]


def fits(parameter: str, value: str) -> bool:
    return re.search(PARAMETERS[parameter]["AllowedPattern"], value) is not None


def test_there_is_no_other_way_to_the_function_than_these_two() -> None:
    open_route, checked = ROUTES["HttpApiRoute"], ROUTES["OidcRoute"]

    assert set(ROUTES) == {"HttpApiRoute", "OidcRoute"}
    assert (open_route["RouteKey"], open_route["AuthorizationType"]) == ("$default", "NONE")
    assert (checked["RouteKey"], checked["AuthorizationType"]) == ("ANY /oidc/api/{proxy+}", "JWT")
    assert checked["AuthorizerId"] == {"Ref": "OidcAuthorizer"}
    assert checked["Target"] == open_route["Target"]
    assert len(of_type("AWS::ApiGatewayV2::Integration")) == len(of_type("AWS::ApiGatewayV2::Api")) == 1


def test_the_gateway_checks_issuer_and_audience_of_the_token_in_the_header() -> None:
    authorizer = RESOURCES["OidcAuthorizer"]["Properties"]

    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["JwtConfiguration"] == {"Issuer": {"Ref": "OidcIssuer"}, "Audience": [{"Ref": "OidcAudience"}]}


def test_it_is_off_unless_asked_for_and_then_asks_for_all_of_it() -> None:
    needed = {str(found["Assert"]) for found in DOCUMENT["Rules"]["AnIssuerNeedsAnAudienceAndRoles"]["Assertions"]}

    assert {PARAMETERS[name]["Default"] for name in PARAMETERS if name.startswith("Oidc")} == {""}
    assert {RESOURCES[name]["Condition"] for name in ("OidcAuthorizer", "OidcRoute")} == {"HasOidc"}
    assert {name for name in ("OidcAudience", "OidcRoles") if any(name in text for text in needed)} == {
        "OidcAudience",
        "OidcRoles",
    }
    roles = FUNCTIONS["ApiFunction"]["Environment"]["Variables"]["OIDC_ROLES"]
    assert roles == {"Fn::If": ["HasOidc", {"Ref": "OidcRoles"}, ""]}


def test_no_other_site_is_let_in_by_a_browser() -> None:
    assert "CorsConfiguration" not in RESOURCES["HttpApi"]["Properties"]


@pytest.mark.parametrize(
    ("issuer", "taken"),
    [
        ("https://accounts.google.com", True),
        ("https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0", True),
        ("https://login.microsoftonline.com/common/v2.0", False),
        ("https://login.microsoftonline.com/organizations/v2.0", False),
        ("https://login.microsoftonline.com/consumers", False),
        ("http://accounts.google.com", False),
        ("https://user@id.example/", False),
    ],
)
def test_an_issuer_that_vouches_for_everybody_is_refused(issuer: str, taken: bool) -> None:
    assert fits("OidcIssuer", issuer) is taken


@pytest.mark.parametrize(
    ("roles", "taken"),
    [
        ("@example.com", True),
        ("@example.com, kim@example.com=admin,role:Lapsewatch.Operator=operator", True),
        ("*", False),
        ("*=viewer", False),
        ("example.com", False),
        ("@example.com=root", False),
        ("@example.com=viewer,", False),
    ],
)
def test_nobody_is_let_in_by_a_wildcard(roles: str, taken: bool) -> None:
    assert fits("OidcRoles", roles) is taken
