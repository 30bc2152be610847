"""Every route there is, as a stranger and as a viewer see it: who forgets to ask who it is, is found here."""

import re

from lapsewatch.domain.tokens import Role

from tests.functions.caller import Api

OPEN = {
    ("GET", "/healthz"): 200,
    ("GET", "/session"): 200,
    ("POST", "/session"): 401,
    ("DELETE", "/session"): 403,
    ("GET", "/assets/x"): 404,
    ("GET", "/feeds/x/renewals.ics"): 404,
    ("GET", "/feeds/x/"): 404,
    ("GET", "/acknowledge/x"): 404,
    ("POST", "/acknowledge/x"): 404,
}
"""Asked by people who have not signed in: nothing of the fleet is behind them without a token of their own."""
LEADS_TO_SIGN_IN, UNAUTHORIZED, FORBIDDEN = 303, 401, 403
FACTS = ("northwind", "8SGW", "2026-06")


def routes(api: Api) -> list[tuple[str, str]]:
    """Return method and path of every route, about an instance that exists."""
    found = [*api.app._static_routes, *api.app._dynamic_routes]
    paths = [(route.method, route.openapi_path.replace("{instance_id}", "northwind")) for route in found]
    return [(str(method), re.sub(r"\{\w+\}", "x", path)) for method, path in paths]


def test_a_stranger_is_turned_away_at_every_route_that_is_not_meant_to_be_open(api: Api) -> None:
    closed = [route for route in routes(api) if route not in OPEN]

    assert len(closed) > 15
    for method, path in closed:
        answer = api.call(method, path)

        assert answer.status in {UNAUTHORIZED, LEADS_TO_SIGN_IN}, (method, path)
        assert not [fact for fact in FACTS if fact in answer.body.replace(path, "")], (method, path)


def test_what_is_open_is_there_and_gives_nothing_away(api: Api) -> None:
    for (method, path), status in OPEN.items():
        answer = api.call(method, path)

        assert (method, path) in routes(api)
        assert answer.status == status, (method, path)
        assert not [fact for fact in FACTS if fact in answer.body], (method, path)


def test_a_viewer_changes_nothing_by_any_route(api: Api) -> None:
    changing = [route for route in routes(api) if route[0] != "GET" and route not in OPEN]

    assert len(changing) > 5
    for method, path in changing:
        assert api.call(method, path, Role.VIEWER).status == FORBIDDEN, (method, path)
