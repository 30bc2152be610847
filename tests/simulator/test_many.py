"""A thousand PBXs in one process, and two hundred clients at once."""

import asyncio
import ssl

import httpx

from local.simulator.pbx import Certificate, Mode, SimulatedPbx
from local.simulator.server import Simulator, running
from tests.simulator.live import fleet, trust_in


async def visit(pbx: SimulatedPbx, trust: ssl.SSLContext) -> str:
    async with httpx.AsyncClient(
        base_url=f"https://localhost:{pbx.port}", verify=trust, trust_env=False, timeout=60
    ) as client:
        if pbx.access == "api_client":
            form = {"client_id": pbx.user, "client_secret": pbx.password, "grant_type": "client_credentials"}
            token = (await client.post("/connect/token", data=form)).json()
        else:
            body = {"Username": pbx.user, "Password": pbx.password, "SecurityCode": ""}
            token = (await client.post("/webclient/api/Login/GetAccessToken", json=body)).json()["Token"]
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        answer = await client.get("/xapi/v1/SystemStatus", params={"$select": "FQDN"}, headers=headers)
        return str(answer.json()["FQDN"])


def is_well(pbx: SimulatedPbx) -> bool:
    return pbx.mode is Mode.OK and pbx.certificate is Certificate.GOOD and not pbx.legacy


async def visit_many(simulator: Simulator, count: int) -> tuple[list[str], list[str]]:
    trust = trust_in(simulator.ca_pem)
    pbxs = [pbx for pbx in simulator.fleet.values() if is_well(pbx)][:count]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(visit(pbx, trust)) for pbx in pbxs]
    return [task.result() for task in tasks], [pbx.fqdn for pbx in pbxs]


def test_a_thousand_pbxs_listen_on_ports_of_their_own() -> None:
    async def ports() -> set[int]:
        async with running(fleet(1000)) as simulator:
            return {pbx.port for pbx in simulator.fleet.values()}

    assert len(asyncio.run(ports())) == 1000


def test_two_hundred_clients_at_once_are_each_answered_by_their_own_pbx() -> None:
    async def answers() -> tuple[list[str], list[str]]:
        async with running(fleet(230)) as simulator:
            return await visit_many(simulator, 200)

    said, expected = asyncio.run(answers())

    assert said == expected
    assert len(said) == 200
