"""Visit a PBX: sign in, read, and if asked have it refresh its license. Whatever goes wrong becomes a reason."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime

from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.exchange import Line, Origin, origin_of
from lapsewatch.adapters.guarded.failures import GuardedError
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.adapters.pbx.errands import Errand, Sleep, reading, refreshing
from lapsewatch.adapters.pbx.failures import VisitFailedError, failure_of
from lapsewatch.adapters.pbx.session import Session
from lapsewatch.adapters.pbx.ways import WAYS
from lapsewatch.domain.certificates import end_of
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Instance, Tls
from lapsewatch.domain.license import ABOUT_CREDENTIALS, FailedRead, License, Observation, Reading, Reason
from lapsewatch.domain.ways import ways_in

log = logging.getLogger(__name__)

DEADLINE = 10.0
"""Seconds for a whole visit, however slowly the PBX drips."""
LONGEST_REFRESH = 17.0
"""Seconds for a visit that refreshes: whoever asked for it over HTTP wants an answer within 25."""

type Lines = Callable[[Origin, Tls, tuple[Network, ...]], Line]


class PbxReader:
    """Reads PBXs over the network."""

    def __init__(
        self,
        allowed_networks: tuple[Network, ...] = (),
        deadline: float = DEADLINE,
        lines: Lines = guarded_line,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._allowed = allowed_networks
        self._deadline = deadline
        self._lines = lines
        self._sleep = sleep

    async def read(
        self,
        instance: Instance,
        secret: PbxSecret,
        now: datetime,
        may_retoken: Callable[[], bool],
        ways: Sequence[Access] = (),
    ) -> Reading:
        """Sign in and read the license."""
        visiting = _Visiting(instance, secret, now, ways, may_retoken)
        return await self._visit(visiting, reading(now), self._deadline)

    async def refresh(
        self,
        instance: Instance,
        secret: PbxSecret,
        now: datetime,
        before: License | None,
        patience: float,
        ways: Sequence[Access] = (),
    ) -> Reading:
        """Have the PBX ask the vendor, then read until its dates differ from `before` or patience (s) ends."""
        # A refresh holds the lease of this PBX: nobody has a better right to its token.
        visiting = _Visiting(instance, secret, now, ways, lambda: True)
        deadline = min(self._deadline + patience, LONGEST_REFRESH)
        return await self._visit(visiting, refreshing(now, before, patience, self._sleep), deadline)

    async def _visit(self, visiting: "_Visiting", errand: Errand, deadline: float) -> Reading:
        """Run an errand. Its last good read is the result, even if something goes wrong after it."""
        seen: Observation | None = None
        failure = VisitFailedError(Reason.BAD_ANSWER, "nothing was read")
        session: Session | None = None
        try:
            async with asyncio.timeout(deadline):
                line = self._lines(_origin_of(visiting.instance.address), visiting.instance.tls, self._allowed)
                async with aclosing(line):
                    session = visiting.session(line)
                    await session.sign_in()
                    async for observation in errand(session):
                        seen = replace(observation, pin_ends_at=end_of(line.pinned))
        except (VisitFailedError, GuardedError, OSError) as error:
            failure = failure_of(error)
        except Exception as error:  # noqa: BLE001  a PBX is untrusted: nothing it answers may stop the others
            name = type(error).__name__
            told = {"instance_id": visiting.instance.instance_id, "error_type": name}
            log.warning("a visit failed unexpectedly", extra=told)
            failure = VisitFailedError(Reason.BAD_ANSWER, name)
        found = session.way.access if session and visiting.instance.access is Access.AUTO else None
        if seen is not None:
            return replace(seen, way=found)
        way = found if failure.reason in ABOUT_CREDENTIALS else None
        asked = session is not None and session.asked
        return FailedRead(visiting.now, failure.reason, failure.detail, failure.retry_after, way, asked)


@dataclass(frozen=True, slots=True)
class _Visiting:
    """Whom a visit is to, and how it may be entered."""

    instance: Instance
    secret: PbxSecret
    now: datetime
    ways: Sequence[Access]
    may_retoken: Callable[[], bool]

    def session(self, line: Line) -> Session:
        names = self.ways or ways_in(self.instance.access, self.secret)
        return Session(line, self.now, [WAYS[name] for name in names], self.secret, self.may_retoken)


def _origin_of(address: str) -> Origin:
    try:
        return origin_of(address)
    except ValueError as error:
        raise VisitFailedError(Reason.UNREACHABLE, "the address is not a host and port") from error
