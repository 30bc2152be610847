"""Visit a PBX: sign in, read, and if asked have it refresh its license. Whatever goes wrong becomes a reason."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import httpx

from lapsewatch.adapters.pbx.addresses import Network
from lapsewatch.adapters.pbx.data import TokenLostError, read_license, request_refresh
from lapsewatch.adapters.pbx.failures import VisitFailedError, failure_of
from lapsewatch.adapters.pbx.guard import guarded_client, guarded_transport
from lapsewatch.adapters.pbx.logins import LOGINS
from lapsewatch.adapters.pbx.visit import Visit
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Instance, Tls
from lapsewatch.domain.license import FailedRead, License, Observation, Reading, Reason

log = logging.getLogger(__name__)

DEADLINE = 10.0
"""Seconds for a whole visit, however slowly the PBX drips."""
PAUSES = (0.5, 1.0, 2.0, 3.0, 4.0)
"""Seconds between the reads after a refresh; whether 204 means done or begun is not documented."""

type Transports = Callable[[Tls, tuple[Network, ...]], httpx.AsyncBaseTransport]
type Errand = Callable[[Visit, str], Awaitable[Observation]]


class PbxReader:
    """Reads PBXs over the network."""

    def __init__(
        self,
        allowed_networks: tuple[Network, ...] = (),
        deadline: float = DEADLINE,
        transports: Transports = guarded_transport,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._allowed = allowed_networks
        self._deadline = deadline
        self._transports = transports
        self._sleep = sleep

    async def read(
        self, instance: Instance, secret: PbxSecret, now: datetime, may_retoken: Callable[[], bool]
    ) -> Reading:
        """Sign in and read the license."""

        async def errand(visit: Visit, token: str) -> Observation:
            return await read_license(visit, token, now)

        return await self._visit(instance, secret, now, errand, may_retoken, self._deadline)

    async def refresh(
        self, instance: Instance, secret: PbxSecret, now: datetime, before: License | None, patience: float
    ) -> Reading:
        """Have the PBX ask the vendor, then read until its dates differ from `before` or patience (s) ends."""

        async def errand(visit: Visit, token: str) -> Observation:
            await request_refresh(visit, token)
            seen = await read_license(visit, token, now)
            waited = 0.0
            for pause in PAUSES:
                if _moved(before, seen.license) or waited + pause > patience:
                    break
                await self._sleep(pause)
                waited += pause
                seen = await read_license(visit, token, now)
            return seen

        return await self._visit(instance, secret, now, errand, lambda: True, self._deadline + patience)

    async def _visit(
        self,
        instance: Instance,
        secret: PbxSecret,
        now: datetime,
        errand: Errand,
        may_retoken: Callable[[], bool],
        deadline: float,
    ) -> Reading:
        try:
            async with asyncio.timeout(deadline):
                transport = self._transports(instance.tls, self._allowed)
                async with guarded_client(_base_url(instance.address), transport) as client:
                    return await _signed_in(Visit(client, now), instance, secret, errand, may_retoken)
        except (VisitFailedError, httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            failure = failure_of(error)
        except Exception as error:  # noqa: BLE001  a PBX is untrusted: nothing it answers may stop the others
            log.warning("a visit failed unexpectedly", extra={"instance_id": instance.instance_id})
            failure = failure_of(error)
            if failure.reason is Reason.UNREACHABLE:
                failure = VisitFailedError(Reason.BAD_ANSWER, type(error).__name__)
        return FailedRead(now, failure.reason, failure.detail, failure.retry_after)


async def _signed_in(
    visit: Visit, instance: Instance, secret: PbxSecret, errand: Errand, may_retoken: Callable[[], bool]
) -> Observation:
    """Run an errand with a token, and once more with a new one if the first was taken away."""
    login = LOGINS[instance.access]
    try:
        return await errand(visit, await login(visit, secret))
    except TokenLostError:
        if not may_retoken():
            raise
    return await errand(visit, await login(visit, secret))


def _base_url(address: str) -> httpx.URL:
    url = httpx.URL(f"https://{address}")
    if url.userinfo or url.path not in {"", "/"} or url.query or url.fragment or not url.host:
        raise VisitFailedError(Reason.UNREACHABLE, "the address is not a host and port")
    return url


def _moved(before: License | None, after: License) -> bool:
    if before is None:
        return True
    dates = (before.expires_at, before.maintenance_expires_at)
    return dates != (after.expires_at, after.maintenance_expires_at)
