"""A visit that is signed in: what proves it, and the one chance to sign in again."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from lapsewatch.adapters.guarded.exchange import Line
from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.refusals import UNLICENSED
from lapsewatch.adapters.pbx.visit import Answer, Visit
from lapsewatch.adapters.pbx.way import Way
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.license import Reason

PASSED_OVER = frozenset({Reason.TOO_OLD, Reason.TOO_NEW, Reason.API_NOT_LICENSED})
"""Refusals for which no PBX looks at the credentials: after any other, a second try could have our address blocked."""


class Session:
    """Sends requests for data with a proof of sign-in that lives no longer than the visit."""

    def __init__(
        self,
        line: Line,
        now: datetime,
        ways: Sequence[Way],
        secret: PbxSecret,
        may_retoken: Callable[[], bool],
    ) -> None:
        self._line = line
        self._now = now
        self._ways = ways
        self._secret = secret
        self._may_retoken = may_retoken
        self._proof: Mapping[str, str] = {}
        self._renewed = False
        self.way = ways[0]
        self.asked = False
        """Whether the PBX was told to refresh its license."""

    async def sign_in(self) -> None:
        """Enter by the first of the ways that this PBX has. Credentials are refused once at most."""
        passed: set[Reason] = set()
        for way in tuple(self._ways):
            self.way = way
            try:
                self._proof = await way.sign_in(self._visit, self._secret)
            except VisitFailedError as error:
                if error.reason not in PASSED_OVER or len(self._ways) == 1:
                    raise
                passed.add(error.reason)
            else:
                self._ways = (way,)
                return
        if Reason.API_NOT_LICENSED in passed:
            raise VisitFailedError(Reason.API_NOT_LICENSED)
        raise VisitFailedError(Reason.NOT_A_PBX, "no sign-in of any version")

    async def send(self, method: str, path: str, query: dict[str, str] | None = None) -> Answer:
        """Send one request; a token that another reader took away is replaced, but once in a visit."""
        answer = await self.send_once(method, path, query)
        if answer.status == HTTPStatus.UNAUTHORIZED and UNLICENSED not in answer.body and await self._may_renew():
            self._renewed = True
            await self.sign_in()
            answer = await self.send_once(method, path, query)
        return answer

    async def send_once(self, method: str, path: str, query: dict[str, str] | None = None) -> Answer:
        return await self._visit.send(method, path, query=query, proof=self._proof)

    @property
    def _visit(self) -> Visit:
        return Visit(self._line, self._now, self.way.requests)

    async def _may_renew(self) -> bool:
        # The answer comes from a store: asked on this thread, it would hold up every other visit.
        return not self._renewed and await asyncio.to_thread(self._may_retoken)
