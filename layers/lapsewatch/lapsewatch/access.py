"""Who is asking: tokens for programs, sessions for browsers, and what each may do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lapsewatch.domain.oidc import Claims, Grants, granted, label_of
from lapsewatch.domain.tokens import (
    Role,
    Token,
    matches,
    new_token,
    parted,
    session_for,
    session_holds,
    session_token_id,
)
from lapsewatch.errors import ForbiddenError, SignInRequiredError
from lapsewatch.ports import Tokens

WRONG = "This token is wrong, expired or revoked."


NOBODY = Grants({})


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything that deciding about a caller takes."""

    tokens: Tokens
    session_key: Callable[[], bytes]
    grants: Grants = NOBODY
    """What people may do for whom an identity provider vouches."""


def create_token(tokens: Tokens, role: Role, label: str, now: datetime) -> str:
    """Store a new token and return its text, which cannot be had again."""
    token, text = new_token(role, label, now)
    tokens.add(token)
    return text


def sign_in(gate: Gate, text: str, now: datetime) -> str:
    """Return a session for a token's text; raise SignInRequiredError for any other text."""
    return session_for(_of_text(gate, text), gate.session_key(), now)


def caller(gate: Gate, bearer: str | None, session: str | None, needed: Role, now: datetime) -> Token:
    """Return whose request this is; raise SignInRequiredError, or ForbiddenError if the role is not enough."""
    if bearer is not None:
        token = _of_text(gate, bearer)
    elif session is not None:
        token = _of_session(gate, session, now)
    else:
        raise SignInRequiredError("Sign in, or send an access token as a bearer token.")
    return _covering(token, needed)


def vouched(gate: Gate, claims: Claims, needed: Role, now: datetime) -> Token:
    """Return whose request this is, by claims that were checked; raise ForbiddenError if their role is not enough."""
    role, label = granted(gate.grants, claims), label_of(claims)
    if role is None:
        raise ForbiddenError("Nobody has given you a role here: ask whoever runs Lapsewatch.")
    return _covering(Token("oidc", role, label, b"", now), needed)


def _covering(token: Token, needed: Role) -> Token:
    if not token.role.covers(needed):
        raise ForbiddenError(f"This needs the role {needed}; the token {token.label!r} is a {token.role}'s.")
    return token


def _of_text(gate: Gate, text: str) -> Token:
    pair = parted(text)
    token = gate.tokens.token(pair[0]) if pair else None
    if pair is None or token is None or not matches(token, pair[1]):
        raise SignInRequiredError(WRONG)
    return token


def _of_session(gate: Gate, session: str, now: datetime) -> Token:
    token_id = session_token_id(session)
    token = gate.tokens.token(token_id) if token_id else None
    if token is None or not session_holds(session, token, gate.session_key(), now):
        raise SignInRequiredError("This session has ended: sign in again.")
    return token
