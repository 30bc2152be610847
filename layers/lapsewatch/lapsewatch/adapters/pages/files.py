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
PARTS = {
    "page.js": (
        "dom",
        "session",
        "keys",
        "age",
        "view",
        "order",
        "groups",
        "refresh",
        "table",
        "customers",
        "calendar",
        "start",
    ),
    "page.css": (
        "tokens",
        "ground",
        "shell",
        "tools",
        "table",
        "wide",
        "calendar",
        "instance",
        "card",
        "narrow",
        "print",
    ),
}
"""Files that are served as one, because each request has its price: their parts are in a folder of the same name."""


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
    whole = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.rpartition(".")[2] in TYPES}
    made = {}
    for name, parts in PARTS.items():
        stem, _, ending = name.rpartition(".")
        made[name] = b"\n".join(folder.joinpath(stem, f"{part}.{ending}").read_bytes() for part in parts)
    return dict(sorted((whole | made).items()))


@cache
def _names() -> dict[str, str]:
    names = {}
    for name, body in _bodies().items():
        stem, _, ending = name.rpartition(".")
        names[name] = f"assets/{stem}.{sha256(body).hexdigest()[:8]}.{ending}"
    return names
