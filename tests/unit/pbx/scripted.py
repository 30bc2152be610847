"""A PBX made of a script: what it answers per request, in order, and what it was asked."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from lapsewatch.adapters.guarded.exchange import Origin
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import FailedRead, License, Observation, Reading

from tests.builders import instance
from tests.lines import ScriptedLine

NOW = datetime(2026, 6, 10, 13, 0, tzinfo=UTC)
OLD = "2026-06-20T16:00:00Z"
NEW = "2027-06-20T16:00:00Z"
KEY = "8SGW-7XFG-2R4K-9Q1S"
SECRET = PbxSecret("watcher-user", "canary-password")

STATUS = "/xapi/v1/SystemStatus"
USERS = "/xapi/v1/Users"
REFRESH = "/xapi/v1/LicenseStatus/Pbx.RefreshLicenseStatus"
CONSOLE = "/api/SystemStatus"
SIGN_INS = frozenset({"/connect/token", "/webclient/api/Login/GetAccessToken", "/api/login"})

type Say = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Body(httpx.AsyncByteStream):
    """An answer that is still on the wire, as all real ones are."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


def raw(status: int, *chunks: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=Body(*chunks))


def says(document: Any, status: int = 200, **headers: str) -> httpx.Response:
    return raw(status, json.dumps(document).encode(), content_type="application/json", **headers)


def token(value: Any = "canary-token") -> httpx.Response:
    return says({"token_type": "Bearer", "expires_in": 60, "access_token": value, "refresh_token": None})


def signed_in(value: Any = "canary-token") -> httpx.Response:
    inner = {"token_type": "Bearer", "expires_in": 60, "access_token": value, "refresh_token": "canary-refresh"}
    return says({"Status": "AuthSuccess", "Token": inner, "TwoFactorAuth": None})


def welcomed(
    *cookies: str, text: bytes = b"AuthSuccess", cookie: str = ".AspNetCore.CookiesA=canary-cookie; path=/; httponly"
) -> httpx.Response:
    named = [("Content-Type", "text/plain"), *(("Set-Cookie", value) for value in cookies or (cookie,))]
    return httpx.Response(200, headers=named, stream=Body(text))


def console(**fields: Any) -> httpx.Response:
    """Return what version 18 says: no word of seats, nor whether the license is active."""
    whole = {
        "FQDN": "northwind.3cx.us",
        "Version": "18.0.9.20",
        "Activated": True,
        "MaxSimCalls": 8,
        "MaintenanceExpiresAt": OLD,
        "Support": True,
        "ExpirationDate": OLD,
        "ResellerName": "Example Telecom",
        "LicenseKey": KEY,
        "ProductCode": "3CXPSPROFSPLA",
        "IsSpla": True,
    }
    return says(whole | fields)


def system(**fields: Any) -> httpx.Response:
    return says(system_fields(**fields))


def system_fields(**fields: Any) -> dict[str, Any]:
    whole = {
        "LicenseKey": KEY,
        "ProductCode": "3CXPSPROFENTSPLA",
        "Version": "20.0.8.1109",
        "FQDN": "northwind.3cx.us",
        "ResellerName": "Example Telecom",
        "LicenseActive": True,
        "MaxSimCalls": 8,
        "UserExtensions": 31,
        "MaxUserExtensions": 80,
        "ExpirationDate": OLD,
        "MaintenanceExpiresAt": OLD,
    }
    return whole | fields


@dataclass
class ScriptedPbx:
    """Answers each path with its next line; the last line is repeated."""

    lines: dict[str, list[Say]]
    asked: list[httpx.Request] = field(default_factory=list)
    opened: int = 0

    def line(self, origin: Origin, *_: object) -> ScriptedLine:
        self.opened += 1
        return ScriptedLine(origin, self.answer)

    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    def count(self, path: str) -> int:
        return Counter(self.paths())[path]

    def sign_ins(self) -> int:
        return sum(path in SIGN_INS for path in self.paths())

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        line = self.lines.get(request.url.path, [raw(404)])
        say = line.pop(0) if len(line) > 1 else line[0]
        if isinstance(say, Exception):
            raise say
        if callable(say):
            return say(request)
        # The last line is repeated, and the body of an answer can be read only once.
        return httpx.Response(say.status_code, headers=say.headers, stream=say.stream)


class Pauses:
    """A sleep that takes no time and remembers how long it was asked to be."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def pbx(**lines: Say | list[Say] | None) -> ScriptedPbx:
    """Return a PBX that works, but for the lines given: sign_in, login, status, users, refresh, or None for none."""
    paths = {
        "sign_in": "/connect/token",
        "login": "/webclient/api/Login/GetAccessToken",
        "status": STATUS,
        "users": USERS,
        "refresh": REFRESH,
        "console_login": "/api/login",
        "console": CONSOLE,
    }
    usual: dict[str, Say | list[Say] | None] = {
        "sign_in": token(),
        "login": signed_in(),
        "status": system(),
        "users": says({"@odata.count": 3, "value": [{"Id": 7}]}),
        "refresh": raw(204),
    }
    script = usual | lines
    return ScriptedPbx({paths[name]: say if isinstance(say, list) else [say] for name, say in script.items() if say})


def legacy_pbx(**lines: Say | list[Say] | None) -> ScriptedPbx:
    """Return a PBX of version 18, which knows nothing of version 20."""
    newer = dict.fromkeys(("sign_in", "login", "status", "users", "refresh"))
    return pbx(**(newer | {"console_login": welcomed(), "console": console()} | lines))


def read(
    scripted: ScriptedPbx,
    *,
    access: Access = Access.API_CLIENT,
    address: str = "northwind.3cx.us",
    may_retoken: Callable[[], bool] = lambda: True,
    secret: PbxSecret = SECRET,
    deadline: float = 5.0,
    ways: Sequence[Access] = (),
) -> Reading:
    reader = PbxReader(lines=scripted.line, deadline=deadline, sleep=Pauses())
    return asyncio.run(reader.read(instance(access=access, address=address), secret, NOW, may_retoken, ways))


def refresh(
    scripted: ScriptedPbx,
    before: License | None,
    *,
    patience: float = 10.0,
    sleep: Pauses | None = None,
    deadline: float = 5.0,
    access: Access = Access.API_CLIENT,
) -> Reading:
    reader = PbxReader(lines=scripted.line, deadline=deadline, sleep=sleep or Pauses())
    return asyncio.run(reader.refresh(instance(access=access), SECRET, NOW, before, patience))


def good(reading: Reading) -> Observation:
    assert isinstance(reading, Observation), reading
    return reading


def failed(reading: Reading) -> FailedRead:
    assert isinstance(reading, FailedRead), reading
    return reading
