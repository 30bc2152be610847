"""Access tokens, and the sessions that browsers get for them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.tokens import (
    SESSION,
    Role,
    Token,
    matches,
    new_token,
    parted,
    session_for,
    session_holds,
    session_token_id,
)

from tests.builders import NOW

SESSION_KEY = b"a session key of the stack"
SURROGATE = "\ud800"
any_text = st.text(st.characters(codec=None), max_size=300)


def fresh(role: Role = Role.VIEWER) -> tuple[Token, str]:
    return new_token(role, "a test", NOW)


def secret_of(text: str) -> str:
    pair = parted(text)
    assert pair is not None
    return pair[1]


def test_a_token_is_known_by_the_text_that_was_handed_out() -> None:
    token, text = fresh()

    token_id, secret = text.split("_", 2)[1:]

    assert parted(text) == (token_id, secret)
    assert token.token_id == token_id
    assert matches(token, secret)


def test_no_two_tokens_are_alike_and_their_secrets_have_256_bits() -> None:
    tokens = [fresh() for _ in range(50)]

    assert len({token.token_id for token, _ in tokens}) == 50
    assert len({text for _, text in tokens}) == 50
    assert all(len(secret_of(text)) == 43 for _, text in tokens)


def test_a_stored_token_does_not_hold_its_secret() -> None:
    token, text = fresh()

    assert secret_of(text) not in repr(token)
    assert len(token.digest) == 32


def test_blanks_around_a_pasted_token_are_forgiven() -> None:
    _, text = fresh()

    assert parted(f"  {text}\r\n") == parted(text)


@pytest.mark.fault("A1")
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "lw",
        "lw_",
        "lw_0123456789ab",
        "LW_0123456789ab_secret",
        "xx_0123456789ab_secret",
        "lw_0123456789AB_secret",
        "lw_0123456789a_secret",
        "lw_0123456789abc_secret",
        "lw_0123456789ag_secret",
        "lw_ümläüt789ab_secret",
        f"lw_0123456789a{SURROGATE}_secret",
        "lw_0123456789ab_" + "x" * 500,
        "x" * 1_000_000,
    ],
)
def test_a_text_that_is_not_shaped_like_a_token_is_none(text: str) -> None:
    assert parted(text) is None


@pytest.mark.fault("A1")
@pytest.mark.parametrize("secret", ["", "wrong", "pässwörd", SURROGATE, "\x00", "x" * 10_000])
def test_a_wrong_secret_matches_nothing_and_crashes_nothing(secret: str) -> None:
    token, _ = fresh()

    assert not matches(token, secret)


@given(any_text)
def test_no_other_text_than_its_own_is_a_token(text: str) -> None:
    token, own = fresh()
    pair = parted(text)

    assert pair is None or not matches(token, pair[1])
    assert matches(token, secret_of(own))


def test_a_secret_with_one_character_changed_is_wrong() -> None:
    token, text = fresh()
    secret = secret_of(text)

    changed = ("A" if secret[0] != "A" else "B") + secret[1:]

    assert not matches(token, changed)
    assert not matches(token, secret[:-1])
    assert not matches(token, secret + "x")


@pytest.mark.fault("A1")
def test_a_revoked_token_matches_no_more() -> None:
    token, text = fresh()

    assert not matches(replace(token, revoked_at=NOW), secret_of(text))


@pytest.mark.parametrize(
    ("role", "covered"),
    [
        (Role.VIEWER, {Role.VIEWER}),
        (Role.OPERATOR, {Role.VIEWER, Role.OPERATOR}),
        (Role.ADMIN, {Role.VIEWER, Role.OPERATOR, Role.ADMIN}),
    ],
)
def test_each_role_may_do_what_the_ones_below_it_may(role: Role, covered: set[Role]) -> None:
    assert {needed for needed in Role if role.covers(needed)} == covered


def test_a_session_holds_from_its_start_to_its_last_second() -> None:
    token, _ = fresh()
    session = session_for(token, SESSION_KEY, NOW)

    assert session_token_id(session) == token.token_id
    assert session_holds(session, token, SESSION_KEY, NOW)
    assert session_holds(session, token, SESSION_KEY, NOW + SESSION)


@pytest.mark.fault("A1")
def test_a_session_ends_after_thirty_days() -> None:
    token, _ = fresh()
    session = session_for(token, SESSION_KEY, NOW)

    assert timedelta(days=30) == SESSION
    assert not session_holds(session, token, SESSION_KEY, NOW + SESSION + timedelta(seconds=1))


def test_a_session_from_a_clock_that_runs_a_little_ahead_holds_and_one_from_the_future_does_not() -> None:
    token, _ = fresh()
    session = session_for(token, SESSION_KEY, NOW)

    assert session_holds(session, token, SESSION_KEY, NOW - timedelta(minutes=5))
    assert not session_holds(session, token, SESSION_KEY, NOW - timedelta(minutes=5, seconds=1))


@pytest.mark.fault("A1")
def test_a_session_ends_when_its_token_is_revoked() -> None:
    token, _ = fresh()
    session = session_for(token, SESSION_KEY, NOW)

    assert not session_holds(session, replace(token, revoked_at=NOW), SESSION_KEY, NOW)


def test_a_session_of_one_token_never_serves_another() -> None:
    mine, yours = fresh()[0], fresh(Role.ADMIN)[0]
    session = session_for(mine, SESSION_KEY, NOW)
    renamed = session.replace(mine.token_id, yours.token_id)

    assert not session_holds(session, yours, SESSION_KEY, NOW)
    assert not session_holds(renamed, yours, SESSION_KEY, NOW)
    assert not session_holds(session, replace(mine, digest=yours.digest), SESSION_KEY, NOW)


def test_a_session_of_another_stack_holds_nothing() -> None:
    token, _ = fresh()

    assert not session_holds(session_for(token, b"another key", NOW), token, SESSION_KEY, NOW)


@pytest.mark.fault("A1")
def test_a_session_with_any_character_changed_holds_nothing() -> None:
    token, _ = fresh()
    session = session_for(token, SESSION_KEY, NOW)

    for position, character in enumerate(session):
        other = "0" if character != "0" else "1"
        tampered = session[:position] + other + session[position + 1 :]
        assert not session_holds(tampered, token, SESSION_KEY, NOW), position


@pytest.mark.fault("A1")
@pytest.mark.parametrize(
    "session",
    [
        "",
        ".",
        "..",
        "...",
        "0123456789ab",
        "0123456789ab.1781096400",
        "0123456789ab.-1.x",
        "0123456789ab.1e9.x",
        "0123456789ab.99999999999.x",
        "0123456789ab.999999999999999999999.x",
        "0123456789ab.\u0661\u0662.x",
        "0123456789ab.1781096400.ü",
        f"0123456789ab.1781096400.{SURROGATE}",
        f"{SURROGATE}.1.x",
        "x" * 1_000_000,
    ],
    ids=lambda session: ascii(session)[:40],
)
def test_a_text_that_is_no_session_holds_nothing_and_crashes_nothing(session: str) -> None:
    token, _ = fresh()

    assert not session_holds(session, token, SESSION_KEY, NOW)
    assert session_token_id(session) in {None, "0123456789ab"}


@given(any_text)
def test_no_text_is_taken_for_a_session(text: str) -> None:
    token, _ = fresh()

    assert not session_holds(text, token, SESSION_KEY, NOW)
    assert session_token_id(text) is None or text.count(".") == 2
