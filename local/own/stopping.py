"""When to stop: a signal says so. It is heeded between two steps, and at once while a person is asked."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(Exception):
    """It was told to stop before it was ready."""


class Stopping:
    """Listens for the signals from when it is made in a running loop."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self._listen()

    def heed(self) -> None:
        """Raise StoppedError if it was told to stop."""
        if self.told.is_set():
            raise StoppedError

    def sleep(self, seconds: float) -> None:
        """Wait, unless it was told to stop."""
        self.heed()
        time.sleep(seconds)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Have a signal end a question of the main thread: while that waits for a person, the loop hears nothing."""
        for number in SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, signal.default_int_handler)
        try:
            yield
        except (KeyboardInterrupt, typer.Abort):
            raise StoppedError from None
        finally:
            self._listen()
        self.heed()

    def _listen(self) -> None:
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self.told.set)
