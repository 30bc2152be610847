"""A line to a host that is made of a script."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from lapsewatch.adapters.guarded.exchange import Headers, Origin, Reply, Request
from lapsewatch.adapters.guarded.failures import AnswerTooLargeError, CompressedError


@dataclass
class ScriptedLine:
    """Hands each request to a function, and its answer back as a real line would."""

    origin: Origin
    answer: Callable[[httpx.Request], httpx.Response]
    pinned: bytes | None = None

    async def ask(self, request: Request, largest: int | None, *, cut: bool = False) -> Reply:
        url = f"https://{self.origin.authority}{request.target}"
        response = self.answer(httpx.Request(request.method, url, headers=request.headers, content=request.body))
        body = b""
        if largest is not None:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise CompressedError
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for chunk in response.stream:
                body += chunk
                if len(body) > largest:
                    raise AnswerTooLargeError
        return Reply(response.status_code, Headers(response.headers.raw), body)

    async def aclose(self) -> None:
        """There is nothing to close."""
