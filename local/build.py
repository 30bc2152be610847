"""The real build of the real template, made anew only when a source changed."""

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ROOT / ".aws-sam" / "build"
LOCK = ROOT / ".aws-sam" / "lock"
STAMP = ROOT / ".aws-sam" / "sources.sha256"
SOURCES = ("infra/template.yaml", "layers", "functions")
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def built_template() -> Path:
    """Return the built template; build it first if any source is newer than the last build.

    One builds and the others wait for it: tests run in several processes, perhaps beside a demo.
    """
    BUILD.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build_if_older(_digest())
    return BUILD / "template.yaml"


def _build_if_older(digest: str) -> None:
    if not (STAMP.exists() and STAMP.read_text() == digest and (BUILD / "template.yaml").exists()):
        command = ["make", "--no-print-directory", "build", f"ARCHITECTURE={architecture()}"]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"the build failed:\n{done.stdout}{done.stderr}")
        STAMP.write_text(digest)


def architecture() -> str:
    """Return what Lambda calls this machine's processor."""
    return MACHINES[platform.machine().lower()]


def _digest() -> str:
    found = hashlib.sha256(f"{sys.version}{os.uname().machine}".encode())
    for path in sorted(_files()):
        found.update(str(path.relative_to(ROOT)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _files() -> Iterator[Path]:
    for source in SOURCES:
        path = ROOT / source
        files = [path] if path.is_file() else path.rglob("*")
        yield from (file for file in files if file.is_file() and "__pycache__" not in file.parts)
