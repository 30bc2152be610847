"""How a visit ends early, and what each cause is called."""

from lapsewatch.adapters.guarded import failures
from lapsewatch.adapters.guarded.failures import Cause
from lapsewatch.domain.license import Reason
from lapsewatch.errors import LapsewatchError

LONGEST_DETAIL = 200
REASONS = {
    Cause.BLOCKED_ADDRESS: Reason.BLOCKED_ADDRESS,
    Cause.PIN_MISMATCH: Reason.TLS_PIN_MISMATCH,
    Cause.UNTRUSTED: Reason.TLS_UNTRUSTED,
    Cause.EXPIRED: Reason.TLS_EXPIRED,
    Cause.WRONG_NAME: Reason.TLS_WRONG_NAME,
    Cause.OUTDATED: Reason.TLS_OUTDATED,
    Cause.NOT_TLS: Reason.NOT_A_PBX,
    Cause.TIMEOUT: Reason.TIMEOUT,
    Cause.UNREACHABLE: Reason.UNREACHABLE,
}


class VisitFailedError(LapsewatchError):
    """A visit that came to nothing. `detail` never holds anything that was sent or answered."""

    def __init__(self, reason: Reason, detail: str = "", retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail[:LONGEST_DETAIL]
        self.retry_after = retry_after


def failure_of(error: BaseException) -> VisitFailedError:
    """Return the reason behind whatever ended a visit."""
    if isinstance(error, VisitFailedError):
        return error
    failure = failures.failure_of(error)
    return VisitFailedError(REASONS[failure.cause], failure.detail)
