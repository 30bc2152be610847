"""A simulator that runs in a thread of its own, and a plain client of one of its PBXs."""

import asyncio
import ssl
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from local.simulator.fleet import simulated_fleet
from local.simulator.misbehavior import Pace
from local.simulator.pbx import SimulatedPbx
from local.simulator.server import Simulator, running

NOW = datetime(2026, 5, 12, 15, 30, tzinfo=UTC)
QUICK = Pace(slow=0.2, drip=0.02, late=0.3)
API = "/xapi/v1"


def fleet(count: int = 40, seed: int = 7) -> list[SimulatedPbx]:
    return simulated_fleet(count, seed, NOW)


@contextmanager
def serving(pbxs: Sequence[SimulatedPbx], pace: Pace = QUICK) -> Iterator[Simulator]:
    """Serve from a thread, so that a client that blocks can be used."""
    started: Future[tuple[Simulator, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(pbxs, pace, started)))
    thread.start()
    simulator, loop, stop = started.result(timeout=60)
    try:
        yield simulator
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _serve(
    pbxs: Sequence[SimulatedPbx],
    pace: Pace,
    started: "Future[tuple[Simulator, asyncio.AbstractEventLoop, asyncio.Event]]",
) -> None:
    stop = asyncio.Event()
    try:
        async with running(pbxs, pace=pace) as simulator:
            started.set_result((simulator, asyncio.get_running_loop(), stop))
            await stop.wait()
    except Exception as error:
        if started.done():
            raise
        started.set_exception(error)


def trust_in(ca_pem: str) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=ca_pem)


@dataclass
class Caller:
    """Somebody with the credentials of one PBX."""

    pbx: SimulatedPbx
    http: httpx.Client
    token: str = field(default="", init=False)

    def sign_in(self, password: str | None = None, code: str = "") -> httpx.Response:
        """Sign in by the way that the PBX has credentials for, and keep the token."""
        password = self.pbx.password if password is None else password
        if self.pbx.legacy:
            answer = self.http.post("/api/login", json={"Username": self.pbx.user, "Password": password})
        elif self.pbx.access == "api_client":
            form = {"client_id": self.pbx.user, "client_secret": password, "grant_type": "client_credentials"}
            answer = self.http.post("/connect/token", data=form)
        else:
            body = {"Username": self.pbx.user, "Password": password, "SecurityCode": code}
            answer = self.http.post("/webclient/api/Login/GetAccessToken", json=body)
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            document = answer.json()
            self.token = (document.get("Token") or document).get("access_token") or self.token
        return answer

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Read; `select="Id"` becomes `$select=Id`."""
        return self.http.get(f"{API}/{path}", params=_odata(query), headers=self._bearer())

    def refresh(self, **headers: str) -> httpx.Response:
        return self.http.post(f"{API}/LicenseStatus/Pbx.RefreshLicenseStatus", headers=self._bearer() | headers)

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def _odata(query: dict[str, Any]) -> dict[str, str]:
    return {f"${name}": str(value) for name, value in query.items()}
