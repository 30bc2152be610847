"""The servers: a port with TLS for each PBX, and one for the control interface, all on this machine only."""

import resource
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import trustme
from aiohttp import web

from local.simulator.answers import pbx_app
from local.simulator.control import control_app
from local.simulator.pbx import SimulatedPbx

LOOPBACK = "127.0.0.1"
FILES_A_PBX = 8
STOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator."""

    control_url: str
    ca_pem: str
    fleet: dict[str, SimulatedPbx]

    def document(self) -> dict[str, Any]:
        """Return what a client needs to know to use it: addresses, credentials and the CA."""
        known = ("id", "name", "customer", "fqdn", "zone", "access", "user", "password")
        instances = [
            {name: getattr(pbx, name) for name in known} | {"address": f"localhost:{pbx.port}"}
            for pbx in self.fleet.values()
        ]
        return {"control_url": self.control_url, "ca_pem": self.ca_pem, "instances": instances}


@asynccontextmanager
async def running(fleet: list[SimulatedPbx], control_port: int = 0) -> AsyncIterator[Simulator]:
    """Serve a fleet until the block ends."""
    _allow_files(len(fleet) * FILES_A_PBX + 1024)
    authority = trustme.CA(organization_name="Lapsewatch demo")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    by_port: dict[int, SimulatedPbx] = {}
    by_id = {pbx.id: pbx for pbx in fleet}
    ca = authority.cert_pem.bytes().decode()
    pbxs = web.AppRunner(pbx_app(by_port), access_log=None, shutdown_timeout=STOP_SECONDS)
    control = web.AppRunner(control_app(by_id, ca), access_log=None, shutdown_timeout=STOP_SECONDS)
    try:
        await pbxs.setup()
        for pbx in fleet:
            pbx.port = await _listen(pbxs, 0, context)
            by_port[pbx.port] = pbx
        await control.setup()
        port = await _listen(control, control_port, None)
        yield Simulator(f"http://{LOOPBACK}:{port}", ca, by_id)
    finally:
        await control.cleanup()
        await pbxs.cleanup()


async def _listen(runner: web.AppRunner, port: int, context: ssl.SSLContext | None) -> int:
    before = set(runner.addresses)
    await web.TCPSite(runner, LOOPBACK, port, ssl_context=context, backlog=256).start()
    [address] = set(runner.addresses) - before
    return int(address[1])


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
