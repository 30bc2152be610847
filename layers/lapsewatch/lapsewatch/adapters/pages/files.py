"""The files that pages link to, named after their own content so that browsers may keep them for good."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


class Asset(NamedTuple):
    """One file as it is served."""

    body: bytes
    content_type: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file by its name, such as `assets/page.1a2b3c4d.css`."""
    return {_names()[name]: Asset(_bodies()[name], TYPES[name.rpartition(".")[2]]) for name in _names()}


def asset_path(name: str) -> str:
    """Return the address of a file on the page, from the name it has in this package."""
    return f"/{_names()[name]}"


@cache
def _bodies() -> dict[str, bytes]:
    folder = files("lapsewatch").joinpath("assets")
    kept = [entry for entry in folder.iterdir() if entry.name.rpartition(".")[2] in TYPES]
    return {entry.name: entry.read_bytes() for entry in sorted(kept, key=lambda entry: entry.name)}


@cache
def _names() -> dict[str, str]:
    names = {}
    for name, body in _bodies().items():
        stem, _, ending = name.rpartition(".")
        names[name] = f"assets/{stem}.{sha256(body).hexdigest()[:8]}.{ending}"
    return names
