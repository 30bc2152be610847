"""What is sent to a host and what comes back, in the few words that a visit or a post needs of HTTP."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:[0-9]{1,5})?")
HTTPS = 443
LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Origin:
    """A host and port that HTTPS is spoken with."""

    host: str
    port: int = HTTPS

    @property
    def authority(self) -> str:
        """Return the origin as a Host header spells it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == HTTPS else f"{host}:{self.port}"


def origin_of(address: str) -> Origin:
    """Read a host that may have a port; raise ValueError for anything else."""
    shape = ADDRESS.fullmatch(address)
    if shape is None:
        raise ValueError("the address is not a host and port")
    host, port = shape[1].strip("[]"), int((shape[2] or f":{HTTPS}")[1:])
    if port > LARGEST_PORT:
        raise ValueError("the address is not a host and port")
    return Origin(host if host.isascii() else host.encode("idna").decode(), port)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. It may hold credentials, so only what it asks for is ever printed."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class Headers:
    """The headers of a reply, by their lower-case names."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs]

    def all(self, name: str) -> list[str]:
        return [value for found, value in self._pairs if found == name]

    def get(self, name: str, default: str = "") -> str:
        return next(iter(self.all(name)), default)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. It may hold a token or a license key, so only its status is ever printed."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(default=b"", repr=False)


class Line(Protocol):
    """A way to ask one host. It is opened by the first request, and serves one errand."""

    @property
    def pinned(self) -> bytes | None:
        """The certificate (DER) that the host showed, where it is pinned and was the right one."""
        ...

    async def ask(self, request: Request, largest: int | None, *, cut: bool = False) -> Reply:
        """Send a request and return the reply, read whole up to `largest` bytes.

        With None the body stays unread, and with `cut` what is beyond `largest`, whatever it is encoded by; the line is
        opened anew then. Raises GuardedError, of it CompressedError
        and AnswerTooLargeError for what would not be read, and OSError.
        """
        ...

    async def aclose(self) -> None:
        """Hang up at once; a line that was never opened is closed already."""
        ...
