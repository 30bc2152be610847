"""Who is asking, and what they may do."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.access import Gate, caller, create_token, sign_in
from lapsewatch.domain.tokens import SESSION, Role
from lapsewatch.errors import ForbiddenError, SignInRequiredError

from tests.builders import NOW
from tests.fakes import FakeTokens

SURROGATE = "\ud800"
any_text = st.text(st.characters(codec=None), max_size=200)


@pytest.fixture
def gate() -> Gate:
    return Gate(FakeTokens(), lambda: b"the key of this stack")


def revoke(gate: Gate, text: str) -> None:
    gate.tokens.revoke(text.split("_")[1], NOW)


def test_a_bearer_is_known_by_its_token(gate: Gate) -> None:
    text = create_token(gate.tokens, Role.OPERATOR, "the help desk", NOW)

    token = caller(gate, text, None, Role.VIEWER, NOW)

    assert (token.label, token.role) == ("the help desk", Role.OPERATOR)


def test_a_browser_is_known_by_the_session_it_got_for_its_token(gate: Gate) -> None:
    text = create_token(gate.tokens, Role.VIEWER, "the morning round", NOW)

    session = sign_in(gate, text, NOW)

    assert caller(gate, None, session, Role.VIEWER, NOW + SESSION).label == "the morning round"


def test_a_session_does_not_hold_the_secret_of_its_token(gate: Gate) -> None:
    text = create_token(gate.tokens, Role.VIEWER, "any", NOW)

    assert text.split("_", 2)[2] not in sign_in(gate, text, NOW)


@pytest.mark.parametrize(
    ("role", "needed", "enough"),
    [
        (Role.VIEWER, Role.VIEWER, True),
        (Role.VIEWER, Role.OPERATOR, False),
        (Role.VIEWER, Role.ADMIN, False),
        (Role.OPERATOR, Role.VIEWER, True),
        (Role.OPERATOR, Role.OPERATOR, True),
        (Role.OPERATOR, Role.ADMIN, False),
        (Role.ADMIN, Role.VIEWER, True),
        (Role.ADMIN, Role.OPERATOR, True),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
@pytest.mark.parametrize("by_session", [False, True], ids=["bearer", "session"])
def test_a_caller_may_do_what_its_role_covers(
    gate: Gate, role: Role, needed: Role, enough: bool, by_session: bool
) -> None:
    text = create_token(gate.tokens, role, "any", NOW)
    bearer, session = (None, sign_in(gate, text, NOW)) if by_session else (text, None)

    if enough:
        assert caller(gate, bearer, session, needed, NOW).role is role
    else:
        with pytest.raises(ForbiddenError, match=f"needs the role {needed}"):
            caller(gate, bearer, session, needed, NOW)


@pytest.mark.fault("A1")
def test_nobody_is_nobody(gate: Gate) -> None:
    with pytest.raises(SignInRequiredError):
        caller(gate, None, None, Role.VIEWER, NOW)


@pytest.mark.fault("A1")
@pytest.mark.parametrize(
    "text",
    ["", "wrong", "lw_0123456789ab_wrong", "lw_0123456789ab_wröng", f"lw_0123456789ab_{SURROGATE}", "x" * 100_000],
    ids=lambda text: ascii(text)[:24],
)
def test_a_wrong_token_is_refused_at_both_doors(gate: Gate, text: str) -> None:
    create_token(gate.tokens, Role.ADMIN, "any", NOW)

    with pytest.raises(SignInRequiredError):
        caller(gate, text, None, Role.VIEWER, NOW)
    with pytest.raises(SignInRequiredError):
        sign_in(gate, text, NOW)


@pytest.mark.fault("A1")
def test_the_right_id_with_a_wrong_secret_is_refused_like_an_unknown_id(gate: Gate) -> None:
    text = create_token(gate.tokens, Role.ADMIN, "any", NOW)
    known = text.rsplit("_", maxsplit=1)[0][:15] + "_" + "A" * 43

    with pytest.raises(SignInRequiredError) as of_known:
        caller(gate, known, None, Role.VIEWER, NOW)
    with pytest.raises(SignInRequiredError) as of_unknown:
        caller(gate, "lw_000000000000_" + "A" * 43, None, Role.VIEWER, NOW)

    assert str(of_known.value) == str(of_unknown.value)


@pytest.mark.fault("A1")
def test_a_revoked_token_ends_its_sessions_as_well(gate: Gate) -> None:
    text = create_token(gate.tokens, Role.VIEWER, "any", NOW)
    session = sign_in(gate, text, NOW)

    revoke(gate, text)

    for bearer, cookie in ((text, None), (None, session)):
        with pytest.raises(SignInRequiredError):
            caller(gate, bearer, cookie, Role.VIEWER, NOW)
    with pytest.raises(SignInRequiredError):
        sign_in(gate, text, NOW)


@pytest.mark.fault("A1")
def test_a_session_that_is_too_old_has_to_sign_in_again(gate: Gate) -> None:
    session = sign_in(gate, create_token(gate.tokens, Role.VIEWER, "any", NOW), NOW)

    with pytest.raises(SignInRequiredError, match="sign in again"):
        caller(gate, None, session, Role.VIEWER, NOW + SESSION + timedelta(seconds=1))


@pytest.mark.fault("A1")
def test_a_session_of_another_stack_is_none(gate: Gate) -> None:
    text = create_token(gate.tokens, Role.VIEWER, "any", NOW)
    elsewhere = sign_in(Gate(gate.tokens, lambda: b"the key of another stack"), text, NOW)

    with pytest.raises(SignInRequiredError):
        caller(gate, None, elsewhere, Role.VIEWER, NOW)


@pytest.mark.fault("A1")
@pytest.mark.parametrize("session", ["", ".", "..", "0123456789ab.1.x", f"{SURROGATE}.1.x", "x" * 100_000], ids=len)
def test_a_cookie_that_is_no_session_is_refused(gate: Gate, session: str) -> None:
    with pytest.raises(SignInRequiredError):
        caller(gate, None, session, Role.VIEWER, NOW)


def test_a_wrong_bearer_is_not_rescued_by_a_good_session(gate: Gate) -> None:
    session = sign_in(gate, create_token(gate.tokens, Role.ADMIN, "any", NOW), NOW)

    with pytest.raises(SignInRequiredError):
        caller(gate, "lw_0123456789ab_wrong", session, Role.VIEWER, NOW)


def test_a_token_is_stored_without_its_secret(gate: Gate) -> None:
    text = create_token(gate.tokens, Role.VIEWER, "any", NOW)

    assert text.split("_", 2)[2] not in repr(gate.tokens.tokens())
    assert [token.label for token in gate.tokens.tokens()] == ["any"]


@pytest.mark.fault("A1")
@given(st.none() | any_text, st.none() | any_text)
def test_no_text_whatever_opens_the_gate_or_breaks_it(bearer: str | None, session: str | None) -> None:
    closed = Gate(FakeTokens(), lambda: b"the key of this stack")
    create_token(closed.tokens, Role.ADMIN, "any", NOW)

    with pytest.raises(SignInRequiredError):
        caller(closed, bearer, session, Role.VIEWER, NOW)
