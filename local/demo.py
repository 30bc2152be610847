"""`make demo`: the whole product on one machine, at a pace one can watch, until Ctrl-C."""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from local.build import ROOT
from local.front import address_of, reserved, serving
from local.mailbox import Mailbox
from local.stack import Stack, running_stack

FOLDER = ROOT / ".demo"
FIRST_POLL_SECONDS = 120.0
LOOK_SECONDS = 2.0
MOST_INSTANCES = 5000
SHOWN_AT_ONCE = 5


class StoppedError(Exception):
    """Somebody wants the demo to end before it is ready."""


class DemoError(Exception):
    """The demo cannot start; the text says why and what to do."""


def main() -> int:
    console = Console(highlight=False)
    try:
        port, instances = _number("PORT", 8080, 65535), _number("DEMO_INSTANCES", 40, MOST_INSTANCES)
        with _place(port) as place, held(FOLDER):
            asyncio.run(demo(console, place, instances))
    except (DemoError, RuntimeError, TimeoutError) as error:
        console.print(f"[red]The demo could not run:[/] {escape(str(error))}", soft_wrap=True)
        if not isinstance(error, DemoError):
            console.print(f"What was logged is in {FOLDER.relative_to(ROOT)}/*.log.")
        return 1
    except (KeyboardInterrupt, StoppedError):
        pass
    return 0


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Have the folder, empty, until the block ends; raise DemoError if a demo that runs has it.

    After an error what was logged stays.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(lock)
        _empty(folder)
        yield
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DemoError("another demo runs from this folder: end that first, or clone the repository anew.") from None


def _empty(folder: Path) -> None:
    """Remove what a demo left that was killed."""
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


async def demo(console: Console, place: socket.socket, instances: int) -> None:
    """Bring everything up, say where it is, and keep it running until told to stop."""
    stopped = asyncio.Event()

    def stop() -> None:
        console.print("Stopping.")
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await _run(console, place, instances, stopped)
    except (RuntimeError, TimeoutError):
        # Ctrl-C reaches what builds as well, which then fails.
        if not stopped.is_set():
            raise


async def _run(console: Console, place: socket.socket, instances: int, stopped: asyncio.Event) -> None:
    begun = time.monotonic()
    step = _teller(console, begun, stopped)
    url = address_of(place)
    stack_block = running_stack(instances, FOLDER, url, step)
    stack = await asyncio.to_thread(stack_block.__enter__)
    try:
        async with serving(place, stack.emulator.endpoint, stack.api_host):
            await asyncio.to_thread(first_round, stack, instances, step)
            _say_ready(console, stack, url, begun)
            await _show_reminders(console, stack.mailbox, stopped)
    finally:
        await asyncio.to_thread(stack_block.__exit__, None, None, None)


def first_round(stack: Stack, instances: int, step: Callable[[str], None]) -> None:
    """Poll, remind and report once, by the functions that the schedules start."""
    step("Reading every PBX for the first time")
    stack.invoke("poll_dispatch")
    deadline = time.monotonic() + FIRST_POLL_SECONDS
    while (read := stack.read_so_far()) < instances:
        if time.monotonic() > deadline:
            raise TimeoutError(f"only {read} of {instances} PBXs were read within {FIRST_POLL_SECONDS:.0f} s")
        time.sleep(0.5)
    step("Sending the reminders that are due")
    stack.invoke("remind")
    step("Rendering the pages")
    stack.invoke("report")


def _say_ready(console: Console, stack: Stack, url: str, begun: float) -> None:
    ready = FOLDER / "ready.json"
    draft = ready.with_suffix(".draft")
    draft.write_text(json.dumps(stack.document(url), indent=2))
    draft.chmod(0o600)
    draft.replace(ready)
    console.print(f"Ready after {time.monotonic() - begun:.0f} s.\n")
    link = f"{url}/session#token={stack.tokens['operator']}"
    console.print(f"[bold]Open {link}[/]", soft_wrap=True)
    console.print(f"Simulated PBXs: {stack.simulated['control_url']}/instances · Ctrl-C stops everything.\n")


async def _show_reminders(console: Console, mailbox: Mailbox, stopped: asyncio.Event) -> None:
    """Print what subscribers get: the first reminder whole, the others by their subject."""
    first = True
    while not stopped.is_set():
        letters = await asyncio.to_thread(lambda: list(mailbox.letters()))
        if first and letters:
            console.print(Panel(letters[0][1]["text"], title=letters[0][0], title_align="left"))
            letters, first = letters[1:], False
        for subject, _ in letters[:SHOWN_AT_ONCE]:
            console.print(f"✉ {subject}", markup=False)
        if len(letters) > SHOWN_AT_ONCE:
            console.print(f"✉ … and {len(letters) - SHOWN_AT_ONCE} more")
        try:
            await asyncio.wait_for(stopped.wait(), LOOK_SECONDS)
        except TimeoutError:
            continue


def _teller(console: Console, begun: float, stopped: asyncio.Event) -> Callable[[str], None]:
    def tell(text: str) -> None:
        if stopped.is_set():
            raise StoppedError
        console.print(f"[dim]{time.monotonic() - begun:4.0f} s[/]  {text} …")

    return tell


def _number(name: str, default: int, most: int) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise DemoError(f"{name} is {text!r}: give a whole number from 1 to {most}.")
    return int(text)


def _place(port: int) -> socket.socket:
    try:
        return reserved(port)
    except OSError:
        raise DemoError(f"port {port} is taken: choose another, such as `PORT={port + 1} make demo`.") from None


if __name__ == "__main__":
    sys.exit(main())
