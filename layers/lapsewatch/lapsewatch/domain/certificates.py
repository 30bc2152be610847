"""Until when PBXs are trusted by certificates that were given or pinned for them, which nobody else looks after."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

from lapsewatch.domain.concerns import SOON
from lapsewatch.domain.instance import Tls, Trust

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
CAS_KEPT = 256

EXPLICIT_VERSION, UTC_TIME, GENERALIZED_TIME = 0xA0, 0x17, 0x18
SPELLED = {UTC_TIME: "%y%m%d%H%M%SZ", GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}
LONG_FORM = 0x80
LONGEST_LENGTH = 4


class Trusting(Protocol):
    """An instance, as far as it matters whom it is trusted by."""

    @property
    def tls(self) -> Tls: ...


def trusted_until(instance: Trusting, pin_ends_at: datetime | None) -> datetime | None:
    """Return when the certificate ends by which an instance is trusted.

    `pin_ends_at` is what the last read saw of a pinned one. None where public authorities are trusted, or nobody knows.
    """
    if instance.tls.trust is Trust.PIN:
        return pin_ends_at
    return last_end(instance.tls.value) if instance.tls.trust is Trust.CA else None


@lru_cache(CAS_KEPT)
def last_end(pem: str) -> datetime | None:
    """Return when the last of the certificates in a PEM text ends; None if there is none that can be read.

    A successor is mostly added beside the one that ends, so the others do not matter.
    """
    ends = [end for end in map(end_of, _blocks(pem)) if end is not None]
    return max(ends, default=None)


def _blocks(pem: str) -> Iterator[bytes]:
    for block in BLOCK.findall(pem):
        try:
            yield b64decode(block)
        except binascii.Error:
            continue


def end_of(certificate: bytes | None) -> datetime | None:
    """Return when a DER certificate ends; None for what is none. It may come from a PBX, and so be anything.

    The standard library reads this only of certificates that it has verified, and a pinned one it has not.
    """
    try:
        kind, ends = list(_fields(_validity(certificate or b"")))[1]
        return datetime.strptime(ends.decode("ascii"), SPELLED[kind]).replace(tzinfo=UTC)
    except (ValueError, LookupError):
        return None


def _validity(certificate: bytes) -> bytes:
    """Return the two times: after the serial number, the algorithm and the issuer, and perhaps a version."""
    [(_, whole)] = _fields(certificate)
    [(_, signed), *_] = _fields(whole)
    fields = list(_fields(signed))
    return fields[4 if fields[0][0] == EXPLICIT_VERSION else 3][1]


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and the content of each field in turn; raise ValueError or IndexError where they end untimely."""
    at = 0
    while at < len(data):
        kind, length = data[at], data[at + 1]
        at += 2
        if length >= LONG_FORM:
            count = length - LONG_FORM
            if not 0 < count <= LONGEST_LENGTH:
                raise ValueError("no length of a certificate")
            length, at = int.from_bytes(data[at : at + count]), at + count
        if at + length > len(data):
            raise ValueError("a field goes on beyond the end")
        yield kind, data[at : at + length]
        at += length


def ends_soon(until: datetime | None, now: datetime) -> bool:
    """Whether a certificate has ended, or ends within the month."""
    return until is not None and until - now <= SOON


def ending(fleet: Iterable[tuple[str, Trusting, datetime | None]], now: datetime) -> tuple[str, ...]:
    """Return the ids of those whose certificates end soon; each comes with what was seen of a pinned one."""
    return tuple(key for key, instance, pin in fleet if ends_soon(trusted_until(instance, pin), now))
