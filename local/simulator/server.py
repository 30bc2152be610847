"""The servers: a port with TLS for each PBX, and one for the control interface, all on this machine only."""

import resource
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from local.simulator.answers import pbx_app
from local.simulator.control import control_app
from local.simulator.doors import BACKLOG, LOOPBACK, Doors
from local.simulator.misbehavior import Pace
from local.simulator.pbx import SimulatedPbx

FILES_A_PBX = 8
STOP_SECONDS = 1.0
AS_IN_LIFE = Pace()


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
async def running(
    fleet: Sequence[SimulatedPbx], control_port: int = 0, pace: Pace = AS_IN_LIFE
) -> AsyncIterator[Simulator]:
    """Serve a fleet until the block ends."""
    _allow_files(len(fleet) * FILES_A_PBX + 1024)
    by_port: dict[int, SimulatedPbx] = {}
    by_id = {pbx.id: pbx for pbx in fleet}
    pbxs = _runner(pbx_app(by_port, pace))
    doors = Doors(pbxs)
    control = _runner(control_app(by_id, doors))
    try:
        await pbxs.setup()
        for pbx in fleet:
            await doors.open(pbx)
            by_port[pbx.port] = pbx
        await control.setup()
        listener = socket.create_server((LOOPBACK, control_port), backlog=BACKLOG)
        await web.SockSite(control, listener, backlog=BACKLOG).start()
        yield Simulator(f"http://{LOOPBACK}:{listener.getsockname()[1]}", doors.ca_pem, by_id)
    finally:
        await control.cleanup()
        await pbxs.cleanup()
        await doors.close()


def _runner(app: web.Application) -> web.AppRunner:
    # Canceling a handler when its client leaves is what ends an answer that has no end.
    return web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS, handler_cancellation=True)


def _allow_files(wanted: int) -> None:
    """Raise the soft limit of open files: every PBX and every client of it is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )
