"""What tokens, heartbeats and turns promise, on the fakes and on the real table."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lapsewatch.adapters.dynamodb.feed_store import DynamoFeeds
from lapsewatch.adapters.dynamodb.heartbeats import DynamoHeartbeats
from lapsewatch.adapters.dynamodb.moves import DynamoMoves
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.adapters.dynamodb.turns import DynamoTurns
from lapsewatch.domain.feeds import new_feed
from lapsewatch.domain.moves import Sweep
from lapsewatch.domain.tokens import Role, new_token
from lapsewatch.errors import ConflictError
from lapsewatch.ports import Feeds, Heartbeats, Tokens, Turns

from tests.fakes import FakeFeeds, FakeHeartbeats, FakeMoves, FakeTokens, FakeTurns

NOW = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
BOTH = pytest.mark.parametrize("real", [False, True], ids=["fake", "emulator"])


@BOTH
def test_a_token_comes_back_as_it_was_until_it_is_revoked(request: pytest.FixtureRequest, real: bool) -> None:
    tokens: Tokens = DynamoTokens(request.getfixturevalue("table")) if real else FakeTokens()
    token, _ = new_token(Role.OPERATOR, "wall screen", NOW)

    tokens.add(token)

    assert tokens.token(token.token_id) == token
    assert tokens.tokens() == [token]
    assert tokens.token("000000000000") is None
    tokens.revoke(token.token_id, NOW)
    revoked = tokens.token(token.token_id)
    assert revoked is not None
    assert revoked.revoked_at == NOW


@BOTH
@pytest.mark.parametrize("customer", [None, "Northwind Health"])
def test_a_feed_comes_back_as_it_was_until_it_is_revoked(
    request: pytest.FixtureRequest, real: bool, customer: str | None
) -> None:
    feeds: Feeds = DynamoFeeds(request.getfixturevalue("table")) if real else FakeFeeds()
    feed, _ = new_feed("the board's calendar", customer, NOW)

    feeds.add(feed)

    assert feeds.feed(feed.feed_id) == feed
    assert feeds.feeds() == [feed]
    assert feeds.feed("000000000000") is None
    feeds.revoke(feed.feed_id, NOW)
    assert feeds.feeds() == [replace(feed, revoked_at=NOW)]


def test_a_feed_and_a_token_never_meet_in_the_table(table: Table) -> None:
    feeds, tokens = DynamoFeeds(table), DynamoTokens(table)
    feed, _ = new_feed("a feed", None, NOW)
    token, _ = new_token(Role.ADMIN, "a token", NOW)

    feeds.add(feed)
    tokens.add(token)

    assert (feeds.feeds(), tokens.tokens()) == ([feed], [token])
    assert feeds.feed(token.token_id) is None
    assert tokens.token(feed.feed_id) is None


@BOTH
def test_an_older_heartbeat_never_replaces_a_newer_one(request: pytest.FixtureRequest, real: bool) -> None:
    beats: Heartbeats = DynamoHeartbeats(request.getfixturevalue("table")) if real else FakeHeartbeats()

    beats.beat("poll", NOW, {"polled": 3})
    beats.beat("poll", NOW - timedelta(minutes=1), {"polled": 1})
    beats.beat("report", NOW, {})

    assert beats.last() == {"poll": NOW, "report": NOW}


@BOTH
def test_a_turn_comes_round_only_after_its_time(request: pytest.FixtureRequest, real: bool) -> None:
    turns: Turns = DynamoTurns(request.getfixturevalue("table")) if real else FakeTurns()
    every = timedelta(seconds=45)

    taken = [turns.take("report", NOW + timedelta(seconds=seconds), every) for seconds in (0, 10, 44, 45, 50)]

    assert taken == [True, False, False, True, False]
    assert turns.take("remind", NOW, every)


@BOTH
def test_a_sweep_counts_up_until_it_is_told_of(request: pytest.FixtureRequest, real: bool) -> None:
    moves = DynamoMoves(request.getfixturevalue("table")) if real else FakeMoves()
    later = NOW + timedelta(minutes=6)

    assert moves.sweep() is None
    moves.add(Counter({91: 2}), NOW)
    moves.add(Counter({91: 1, 365: 4}), NOW - timedelta(seconds=5))
    sweep = moves.sweep()

    assert sweep == Sweep(NOW, {91: 3, 365: 4})
    moves.lease(sweep, "run-1", NOW, later)
    with pytest.raises(ConflictError):
        moves.lease(sweep, "run-2", NOW + timedelta(minutes=5), later)
    moves.add(Counter({7: 1}), NOW + timedelta(minutes=1))
    with pytest.raises(ConflictError):
        moves.told(sweep, "run-2")
    moves.told(sweep, "run-1")

    left = moves.sweep()
    assert left == Sweep(NOW + timedelta(minutes=1), {7: 1})
    with pytest.raises(ConflictError):
        moves.lease(sweep, "run-3", later, later + timedelta(minutes=6))
