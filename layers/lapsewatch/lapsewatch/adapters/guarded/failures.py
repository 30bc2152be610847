"""How a connection comes to nothing, however deep a library buried the cause."""

import errno
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lapsewatch.errors import LapsewatchError


class GuardedError(LapsewatchError):
    """The guard itself ended a connection."""


class AddressBlockedError(GuardedError):
    """The name points to an address that may not be dialled."""


class PinMismatchError(GuardedError):
    """The certificate is not the pinned one."""


class UnusableCaError(GuardedError):
    """The CA that was to be trusted is no PEM certificate."""


class NotHttpError(GuardedError):
    """The answer is no HTTP, or broke off."""


class CompressedError(GuardedError):
    """The answer is compressed, which nobody asked for: it may be a bomb."""


class AnswerTooLargeError(GuardedError):
    """The answer is larger than whoever asked will read."""


class Cause(StrEnum):
    """What a connection failed by."""

    BLOCKED_ADDRESS = "blocked_address"
    PIN_MISMATCH = "pin_mismatch"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    WRONG_NAME = "wrong_name"
    OUTDATED = "outdated"
    NOT_TLS = "not_tls"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"


VERIFICATION = {
    # By the numbers that OpenSSL gives them; any other is about who signed the certificate.
    9: Cause.EXPIRED,  # not valid yet
    10: Cause.EXPIRED,
    62: Cause.WRONG_NAME,
    64: Cause.WRONG_NAME,  # of an IP address
}
HANDSHAKES = {
    "UNSUPPORTED_PROTOCOL": Cause.OUTDATED,
    "TLSV1_ALERT_PROTOCOL_VERSION": Cause.OUTDATED,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": Cause.OUTDATED,  # no cipher that both sides accept
    "DH_KEY_TOO_SMALL": Cause.OUTDATED,
    "WRONG_VERSION_NUMBER": Cause.NOT_TLS,
    "HTTP_REQUEST": Cause.NOT_TLS,
    "RECORD_LAYER_FAILURE": Cause.NOT_TLS,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a connection failed. `detail` never holds anything that was sent or answered."""

    cause: Cause
    detail: str = ""


def failure_of(error: BaseException) -> Failure:
    """Return what is behind whatever a connection raised."""
    for cause in _causes(error):
        failure = _guard_failure(cause) or (_network_failure(cause) if isinstance(cause, OSError) else None)
        if failure is not None:
            return failure
    return Failure(Cause.UNREACHABLE, type(error).__name__)


def _guard_failure(cause: BaseException) -> Failure | None:
    if isinstance(cause, AddressBlockedError):
        return Failure(Cause.BLOCKED_ADDRESS)
    if isinstance(cause, PinMismatchError):
        return Failure(Cause.PIN_MISMATCH)
    if isinstance(cause, NotHttpError):
        return Failure(Cause.UNREACHABLE, "the answer broke off, or is no HTTP")
    return Failure(Cause.UNTRUSTED, str(cause)) if isinstance(cause, UnusableCaError) else None


def _network_failure(cause: OSError) -> Failure | None:
    """Return what a network error means; None if only whatever wrapped it can tell."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failure(VERIFICATION.get(cause.verify_code, Cause.UNTRUSTED), cause.verify_message)
    if isinstance(cause, ssl.SSLEOFError):
        # It hung up: a host that restarts does, and its certificate may be as good as ever.
        return Failure(Cause.UNREACHABLE, "the connection ended within the TLS handshake")
    if isinstance(cause, ssl.SSLError):
        return Failure(HANDSHAKES.get(cause.reason or "", Cause.UNTRUSTED), cause.reason or "")
    if isinstance(cause, TimeoutError):
        return Failure(Cause.TIMEOUT)
    if isinstance(cause, socket.gaierror):
        return Failure(Cause.UNREACHABLE, "the name does not resolve")
    name = errno.errorcode.get(cause.errno or 0)
    return Failure(Cause.UNREACHABLE, name) if name else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
