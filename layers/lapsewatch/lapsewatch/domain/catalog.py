"""What is on the shelf, remembered so that a report puts nothing anew that shows nothing new."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

DIGITS = 32
"""How much of a hash tells two pages apart: 128 bits."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One page as it is put on the shelf."""

    name: str
    content_type: str
    body: bytes
    fingerprint: str
    """A hash of what it shows."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The pages on the shelf. One that a report broke off before putting is left out: it may be old or new."""

    begun_at: datetime | None = None
    """The instant of the newest report that began to put pages: no older one may put any more."""
    generated_at: datetime | None = None
    """The instant of the newest report that was through: all pages are as they were then."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    """What the shelf calls this very catalog; empty before there is one."""


def fingerprint(shown: bytes) -> str:
    """Return what tells apart pages that show different things."""
    return sha256(shown).hexdigest()[:DIGITS]
