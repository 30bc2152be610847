"""The whole embedded stack, once for all end-to-end tests: the real template, real workers, real HTTPS."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from local.demo import first_round
from local.front import address_of, reserved, serving
from local.stack import Stack, running_stack
from tests.e2e.receiver import Receiver, receiving

INSTANCES = 24
NEVER = "rate(30 days)"
"""The tests start the functions themselves, as the schedules would."""


@dataclass(frozen=True)
class Running:
    """The stack and the address of its page."""

    stack: Stack
    url: str
    receiver: Receiver

    def http(self, role: str | None = "operator") -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.stack.tokens[role]}"} if role else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def vendor(self, instance_id: str, **change: Any) -> dict[str, Any]:
        """Change a simulated PBX from the vendor's side and return its facts."""
        address = f"{self.stack.simulated['control_url']}/instances/{instance_id}"
        answer = httpx.patch(address, json=change)
        answer.raise_for_status()
        facts: dict[str, Any] = answer.json()
        return facts


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return the stack after its first round of poll, remind and report."""
    place = reserved()
    url = address_of(place)
    folder = tmp_path_factory.mktemp("stack")
    with (
        receiving(folder / "receiver.pem") as receiver,
        running_stack(INSTANCES, folder, url, print, pace=NEVER, webhook=True) as stack,
    ):
        receiver.be_trusted(stack)
        receiver.tell(stack)
        first_round(stack, INSTANCES, print)
        with _front(place, stack):
            yield Running(stack, url, receiver)


class _front:  # noqa: N801  a context manager, named as it reads
    """Serve the front in a thread of its own."""

    def __init__(self, place: socket.socket, stack: Stack) -> None:
        self._place = place
        self._stack = stack
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._done = asyncio.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()
        if not self._ready.wait(timeout=20):
            raise TimeoutError("the front did not start")

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(timeout=20)
        self._loop.close()

    def _run(self) -> None:
        async def serve() -> None:
            async with serving(self._place, self._stack.emulator.endpoint, self._stack.api_host):
                self._ready.set()
                await self._done.wait()

        self._loop.run_until_complete(serve())
