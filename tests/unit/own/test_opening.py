"""The address that is printed opens the page, whatever became of the token that was noted."""

from datetime import timedelta

import pytest
from lapsewatch.access import Gate, caller, create_token
from lapsewatch.domain.tokens import Role

from local.own.opening import opening_token
from tests.builders import NOW
from tests.fakes import FakeTokens


def opens(tokens: FakeTokens, text: str) -> bool:
    return caller(Gate(tokens, bytes), text, None, Role.ADMIN, NOW).role is Role.ADMIN


def test_the_noted_token_is_kept_as_long_as_it_opens_the_page() -> None:
    tokens = FakeTokens()

    first = opening_token(tokens, None, NOW)
    second = opening_token(tokens, first, NOW + timedelta(days=400))

    assert second == first
    assert len(tokens.known) == 1
    assert opens(tokens, first)


@pytest.mark.parametrize("noted", ["lw_0123456789ab_lost", "nonsense", ""])
def test_a_token_whose_record_is_lost_is_replaced(noted: str) -> None:
    tokens = FakeTokens()

    made = opening_token(tokens, noted, NOW)

    assert made != noted
    assert opens(tokens, made)


def test_a_token_that_was_revoked_is_replaced() -> None:
    tokens = FakeTokens()
    revoked = create_token(tokens, Role.ADMIN, "make local", NOW)
    tokens.revoke(next(iter(tokens.known)), NOW)

    assert opens(tokens, opening_token(tokens, revoked, NOW))
