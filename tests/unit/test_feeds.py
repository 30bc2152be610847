"""Feeds: who gets one, and what opens it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.access import Gate, caller, create_token, sign_in
from lapsewatch.domain.tokens import Role
from lapsewatch.errors import InvalidRequestError, SignInRequiredError, UnknownFeedError
from lapsewatch.feeds import create_feed, feed_of, revoke_feed

from tests.builders import NOW
from tests.fakes import FakeFeeds, FakeTokens

CUSTOMERS = ("Northwind Health", "Contoso Dental", "Fabrikam")
any_text = st.text(st.characters(codec=None), max_size=200)


@pytest.fixture
def feeds() -> FakeFeeds:
    return FakeFeeds()


def created(feeds: FakeFeeds, customer: str | None = None) -> str:
    return create_feed(feeds, CUSTOMERS, "the board's calendar", customer, NOW)


@pytest.mark.parametrize("customer", [None, "Contoso Dental"])
def test_a_token_opens_the_feed_that_it_was_made_for(feeds: FakeFeeds, customer: str | None) -> None:
    text = created(feeds, customer)

    feed = feed_of(feeds, text)

    assert (feed.label, feed.customer) == ("the board's calendar", customer)


def test_a_feed_is_stored_without_its_token(feeds: FakeFeeds) -> None:
    secret = created(feeds).split("_", 2)[2]

    [feed] = feeds.feeds()

    assert len(secret) == 43
    assert len(feed.digest) == 32
    assert secret not in repr(feed)


@pytest.mark.fault("A1")
@pytest.mark.parametrize(
    "text",
    ["", "wrong", "lwf", "lwf_0123456789ab", "lwf_0123456789ab_w\u00f6rng", "lwf_0123456789ab_\ud800", "x" * 9999],
    ids=len,
)
def test_a_wrong_text_opens_nothing(feeds: FakeFeeds, text: str) -> None:
    created(feeds)

    with pytest.raises(UnknownFeedError):
        feed_of(feeds, text)


@pytest.mark.fault("A1")
def test_nobody_learns_whether_a_feed_was_revoked_or_never_was(feeds: FakeFeeds) -> None:
    text, other = created(feeds), created(feeds)
    revoked, kept = text.split("_")[1], other.split("_")[1]
    revoke_feed(feeds, revoked, NOW)

    said = set()
    for wrong in (text, f"lwf_{kept}_{'A' * 43}", f"lwf_000000000000_{'A' * 43}", "nonsense"):
        with pytest.raises(UnknownFeedError) as refused:
            feed_of(feeds, wrong)
        said.add(str(refused.value))

    assert len(said) == 1
    assert feed_of(feeds, other).feed_id == kept


def test_a_feed_that_has_ended_keeps_the_day_of_its_end(feeds: FakeFeeds) -> None:
    feed_id = created(feeds).split("_")[1]
    revoke_feed(feeds, feed_id, NOW)

    revoke_feed(feeds, feed_id, NOW + timedelta(days=1))

    assert feeds.known[feed_id].revoked_at == NOW


def test_revoking_what_is_not_there_is_said(feeds: FakeFeeds) -> None:
    with pytest.raises(UnknownFeedError, match="feed list"):
        revoke_feed(feeds, "000000000000", NOW)


@pytest.mark.parametrize(
    ("customer", "hint"),
    [
        ("northwind health", "did you mean 'Northwind Health'"),
        ("Contoso Dentl", "did you mean 'Contoso Dental'"),
        ("Fabricam", "did you mean 'Fabrikam'"),
        ("Zzz", "instance list"),
        ("", "instance list"),
    ],
)
def test_a_customer_that_nobody_has_is_refused_with_the_nearest_names(
    feeds: FakeFeeds, customer: str, hint: str
) -> None:
    with pytest.raises(InvalidRequestError, match=hint):
        created(feeds, customer)

    assert feeds.feeds() == []


@pytest.mark.fault("A1")
def test_a_feed_token_is_no_access_token_and_an_access_token_opens_no_feed(feeds: FakeFeeds) -> None:
    gate = Gate(FakeTokens(), lambda: b"the key of this stack")
    feed_text, access_text = created(feeds), create_token(gate.tokens, Role.ADMIN, "any", NOW)
    disguised = (feed_text, feed_text.replace("lwf_", "lw_", 1))

    for text in disguised:
        with pytest.raises(SignInRequiredError):
            caller(gate, text, None, Role.VIEWER, NOW)
        with pytest.raises(SignInRequiredError):
            sign_in(gate, text, NOW)
    for text in (access_text, access_text.replace("lw_", "lwf_", 1)):
        with pytest.raises(UnknownFeedError):
            feed_of(feeds, text)


@pytest.mark.fault("A1")
@given(any_text)
def test_no_text_whatever_opens_a_feed(text: str) -> None:
    closed = FakeFeeds()
    created(closed)

    with pytest.raises(UnknownFeedError):
        feed_of(closed, text)
