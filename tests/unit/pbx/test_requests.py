"""The few requests that a PBX can ever get from us."""

import asyncio
from itertools import product

import httpx
import pytest
from lapsewatch.adapters.guarded.exchange import Origin
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.adapters.pbx.visit import Visit
from lapsewatch.adapters.pbx.ways import WAYS
from lapsewatch.domain.instance import Access, Tls

from tests.builders import NOW
from tests.lines import ScriptedLine

XAPI = frozenset(
    {
        ("GET", "/xapi/v1/SystemStatus"),
        ("GET", "/xapi/v1/Users"),
        ("POST", "/xapi/v1/LicenseStatus/Pbx.RefreshLicenseStatus"),
    }
)
NEEDED = {
    Access.API_CLIENT: XAPI | {("POST", "/connect/token")},
    Access.USER_LOGIN: XAPI | {("POST", "/webclient/api/Login/GetAccessToken")},
    Access.LEGACY: frozenset({("POST", "/api/login"), ("GET", "/api/SystemStatus")}),
}
NEVER = (
    "/xapi/v1/LicenseStatus/Pbx.ReplaceLicenseKey",
    "/xapi/v1/LicenseStatus/Pbx.EditLicenseInfo",
    "/xapi/v1/LicenseStatus/Pbx.UnlinkPartner",
    "/xapi/v1/LicenseStatus",
    "/xapi/v1/Users/Pbx.BatchDelete",
    "/api/login/../SystemStatus",
    "/",
)


def test_each_way_in_can_send_exactly_what_it_needs() -> None:
    assert {access: way.requests for access, way in WAYS.items()} == NEEDED


@pytest.mark.parametrize("access", NEEDED)
def test_any_other_request_is_refused_before_it_is_made(access: Access) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    everything = {path for requests in NEEDED.values() for _, path in requests} | set(NEVER)
    wrong = set(product(("GET", "POST", "PUT", "PATCH", "DELETE"), everything)) - NEEDED[access]

    async def try_all() -> None:
        visit = Visit(ScriptedLine(Origin("northwind.3cx.us"), answer), NOW, NEEDED[access])
        for method, path in wrong:
            with pytest.raises(ValueError, match="not among the requests"):
                await visit.send(method, path, query={"$select": "Id"})

    asyncio.run(try_all())

    assert sent == []


@pytest.mark.parametrize("query", [None, {}, {"$top": "1"}])
def test_what_may_hold_contact_data_is_asked_for_by_field_only(query: dict[str, str] | None) -> None:
    async def ask() -> None:
        visit = Visit(guarded_line(Origin("northwind.3cx.us"), Tls(), ()), NOW, NEEDED[Access.API_CLIENT])
        for path in ("/xapi/v1/SystemStatus", "/xapi/v1/Users"):
            with pytest.raises(ValueError, match="not among the requests"):
                await visit.send("GET", path, query=query)

    asyncio.run(ask())
