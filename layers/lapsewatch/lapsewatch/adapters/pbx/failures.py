"""How a visit ends early, and what each cause is called."""

import errno
import socket
import ssl
from collections.abc import Iterator

from lapsewatch.domain.license import Reason
from lapsewatch.errors import LapsewatchError

LONGEST_DETAIL = 200


class VisitFailedError(LapsewatchError):
    """A visit that came to nothing. `detail` never holds anything that was sent or answered."""

    def __init__(self, reason: Reason, detail: str = "", retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail[:LONGEST_DETAIL]
        self.retry_after = retry_after


class AddressBlockedError(LapsewatchError):
    """The name points to an address that may not be polled."""


class PinMismatchError(LapsewatchError):
    """The certificate is not the pinned one."""


def failure_of(error: BaseException) -> VisitFailedError:
    """Return the reason behind whatever a connection raised, however deep the library buried it."""
    for cause in _causes(error):
        if isinstance(cause, VisitFailedError):
            return cause
        if isinstance(cause, AddressBlockedError):
            return VisitFailedError(Reason.BLOCKED_ADDRESS)
        if isinstance(cause, PinMismatchError):
            return VisitFailedError(Reason.TLS_PIN_MISMATCH)
        failure = _network_failure(cause) if isinstance(cause, OSError) else None
        if failure is not None:
            return failure
    return VisitFailedError(Reason.UNREACHABLE, type(error).__name__)


def _network_failure(cause: OSError) -> VisitFailedError | None:
    """Return what a network error means; None if only whatever wrapped it can tell."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return VisitFailedError(Reason.TLS_UNTRUSTED, cause.verify_message)
    if isinstance(cause, ssl.SSLError):
        return VisitFailedError(Reason.TLS_UNTRUSTED, cause.reason or "")
    if isinstance(cause, TimeoutError):
        return VisitFailedError(Reason.TIMEOUT)
    if isinstance(cause, socket.gaierror):
        return VisitFailedError(Reason.UNREACHABLE, "the name does not resolve")
    name = errno.errorcode.get(cause.errno or 0)
    return VisitFailedError(Reason.UNREACHABLE, name) if name else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
