"""An emulator that outlived a run that was killed: it would go on reading PBXs for nobody."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

NAME = "emulator.pid"


def remember(folder: Path, pid: int) -> None:
    """Write down which process is ours."""
    (folder / NAME).write_text(str(pid))


def end_orphan(folder: Path) -> bool:
    """End the emulator of an earlier run if it is still there; return whether it was. The folder must be held."""
    try:
        pid = int((folder / NAME).read_text())
    except (OSError, ValueError):
        return False
    # The number may be another program's by now.
    found = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    (folder / NAME).unlink(missing_ok=True)
    if "ministack" not in found.stdout:
        return False
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # with its workers; it leads a session of its own
    return True
