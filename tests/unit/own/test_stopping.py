"""Whoever tells it to stop is heard: between two steps, and while somebody is asked for a password."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable

import pytest
import typer

from local.own.stopping import SIGNALS, StoppedError, Stopping


def run(scene: Callable[[Stopping], Awaitable[None]]) -> None:
    async def with_stopping() -> None:
        await scene(Stopping())

    asyncio.run(with_stopping())


def signalled(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_heeded_before_the_next_step(number: signal.Signals) -> None:
    async def scene(stopping: Stopping) -> None:
        stopping.heed()
        signalled(number)
        await asyncio.sleep(0.05)
        with pytest.raises(StoppedError):
            stopping.heed()
        with pytest.raises(StoppedError):
            await asyncio.to_thread(stopping.sleep, 60)

    run(scene)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_a_question_at_once(number: signal.Signals) -> None:
    def ask(stopping: Stopping) -> None:
        with stopping.asking():
            signalled(number)
            time.sleep(60)

    async def scene(stopping: Stopping) -> None:
        with pytest.raises(StoppedError):
            ask(stopping)

    run(scene)


def test_a_question_that_is_not_answered_stops_it_too() -> None:
    async def scene(stopping: Stopping) -> None:
        with pytest.raises(StoppedError), stopping.asking():
            raise typer.Abort

    run(scene)


def test_signals_are_heard_as_before_once_a_question_is_answered() -> None:
    async def scene(stopping: Stopping) -> None:
        with stopping.asking():
            pass
        signalled(signal.SIGINT)
        await asyncio.sleep(0.05)
        assert stopping.told.is_set()

    run(scene)
