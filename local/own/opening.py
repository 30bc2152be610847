"""The token that opens the page: one for all starts, as long as it opens it."""

from datetime import datetime

from lapsewatch.access import Gate, caller, create_token
from lapsewatch.domain.tokens import Role
from lapsewatch.errors import ForbiddenError, SignInRequiredError
from lapsewatch.ports import Tokens


def opening_token(tokens: Tokens, noted: str | None, now: datetime) -> str:
    """Return the token that was noted, or a new one if its record was lost with an early end, or it was revoked."""
    try:
        caller(Gate(tokens, bytes), noted or "", None, Role.ADMIN, now)
    except (SignInRequiredError, ForbiddenError):
        return create_token(tokens, Role.ADMIN, "make local", now)
    return noted or ""
