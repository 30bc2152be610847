"""What a run holds while it lasts: its folder, its state, its port, and the files that tell how to reach it."""

import fcntl
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.front import reserved
from local.own.stack import OwnStack, write_private
from local.own.state import State, StateError


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder, so that no second run works on the same state."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateError(f"{folder} is in use by another `make local`: stop that first.") from None
        yield


@contextmanager
def opened(path: Path) -> Iterator[State]:
    state = State(path)
    try:
        yield state
    finally:
        state.close()


@contextmanager
def placed(port: int) -> Iterator[socket.socket]:
    try:
        place = reserved(port)
    except OSError:
        raise StateError(f"Port {port} is taken: choose another, such as PORT={port + 1}.") from None
    with place:
        yield place


@contextmanager
def signposts(folder: Path, stack: OwnStack, url: str, token: str) -> Iterator[None]:
    """Say in files how to reach the running stack; they go when it stops."""
    files = {"env": stack.environment(), "ready.json": json.dumps({"url": url, "token": token}, indent=2)}
    for name, text in files.items():
        write_private(folder / name, text)
    try:
        yield
    finally:
        for name in files:
            (folder / name).unlink(missing_ok=True)
