"""A visit that is signed in: its token, and the one chance to replace it."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from lapsewatch.adapters.pbx.logins import LOGINS, UNLICENSED
from lapsewatch.adapters.pbx.visit import Answer, Visit
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access


class Session:
    """Sends requests for data with a token that lives no longer than the visit."""

    def __init__(self, visit: Visit, access: Access, secret: PbxSecret, may_retoken: Callable[[], bool]) -> None:
        self._visit = visit
        self._login = LOGINS[access]
        self._secret = secret
        self._may_retoken = may_retoken
        self._token = ""
        self._renewed = False

    async def sign_in(self) -> None:
        self._token = await self._login(self._visit, self._secret)

    async def send(self, method: str, path: str, query: dict[str, str] | None = None) -> Answer:
        """Send one request; a token that another reader took away is replaced, but once in a visit."""
        answer = await self.send_once(method, path, query)
        if answer.status == HTTPStatus.UNAUTHORIZED and UNLICENSED not in answer.body and await self._may_renew():
            self._renewed = True
            await self.sign_in()
            answer = await self.send_once(method, path, query)
        return answer

    async def send_once(self, method: str, path: str, query: dict[str, str] | None = None) -> Answer:
        return await self._visit.send(method, path, query=query, token=self._token)

    async def _may_renew(self) -> bool:
        # The answer comes from a store: asked on this thread, it would hold up every other visit.
        return not self._renewed and await asyncio.to_thread(self._may_retoken)
