"""Who gets what: by what a route takes, by default, and by what it was told before."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing, heard_before, row_key_of
from lapsewatch.domain.ledger import Event, RowKey
from lapsewatch.domain.routes import Match, News, Route, Subject, news_of, routes_for, unheard, unrouted

from tests.builders import ID, NOW, instance, row_key

LAPSE = Subject(News.EXPIRED, Severity.CRITICAL, "Northwind Health", Clock.LICENSE, frozenset({"vip"}))
CUSTOMERS = st.sampled_from(["Northwind Health", "Contoso", "Fabrikam"])
TAGS = st.frozensets(st.sampled_from(["vip", "east", "west"]))
CLOCKS = st.sampled_from(Clock)
SUBJECTS = st.builds(
    Subject, st.sampled_from(News), st.sampled_from(Severity), CUSTOMERS | st.none(), CLOCKS | st.none(), TAGS
)
MATCHES = st.builds(
    Match,
    st.frozensets(CUSTOMERS),
    TAGS,
    st.sampled_from(Severity),
    st.frozensets(st.sampled_from(Clock)),
    st.frozensets(st.sampled_from(News)),
)
ROUTES = st.lists(
    st.builds(Route, st.sampled_from("abcdef"), st.just("webhook"), MATCHES, st.booleans()),
    max_size=5,
    unique_by=lambda route: route.name,
)


@pytest.mark.parametrize(
    ("match", "taken"),
    [
        (Match(), True),
        (Match(customers=frozenset({"Northwind Health", "Contoso"})), True),
        (Match(customers=frozenset({"Contoso"})), False),
        (Match(customers=frozenset({"northwind health"})), False),
        (Match(tags=frozenset({"vip", "east"})), True),
        (Match(tags=frozenset({"east"})), False),
        (Match(severity=Severity.WARNING), True),
        (Match(clocks=frozenset({Clock.LICENSE})), True),
        (Match(clocks=frozenset({Clock.MAINTENANCE})), False),
        (Match(news=frozenset({News.EXPIRED})), True),
        (Match(news=frozenset({News.REMINDER})), False),
        (Match(customers=frozenset({"Northwind Health"}), tags=frozenset({"east"})), False),
    ],
)
def test_a_route_takes_what_fits_everything_it_asks_for(match: Match, taken: bool) -> None:
    assert match.takes(LAPSE) is taken


@pytest.mark.parametrize(("least", "taken"), [("INFO", True), ("WARNING", True), ("CRITICAL", False)])
def test_a_severity_is_the_least_that_a_route_takes(least: str, taken: bool) -> None:
    assert Match(severity=Severity(least)).takes(replace(LAPSE, severity=Severity.WARNING)) is taken


def test_a_default_gets_what_no_other_takes_and_nothing_else() -> None:
    contoso = Route("contoso", "webhook", Match(customers=frozenset({"Contoso"})))
    rest = Route("rest", "webhook", default=True)

    assert routes_for(replace(LAPSE, customer="Contoso"), [contoso, rest]) == (contoso,)
    assert routes_for(LAPSE, [contoso, rest]) == (rest,)
    assert routes_for(LAPSE, [contoso]) == ()


def test_a_resolve_follows_whoever_was_told_however_quiet_it_is() -> None:
    pager = Route("pager", "webhook", Match(severity=Severity.CRITICAL))
    rest = Route("rest", "webhook", default=True)
    resolve = replace(LAPSE, news=News.RESOLVED, severity=Severity.INFO)

    assert routes_for(resolve, [pager, rest], frozenset({"pager"})) == (pager,)
    assert routes_for(resolve, [pager, rest], frozenset({"pager", "rest"})) == (pager, rest)
    assert routes_for(resolve, [pager, rest]) == (rest,)


@given(SUBJECTS, ROUTES)
def test_what_a_route_gets_it_takes_and_the_default_never_speaks_beside_another(
    subject: Subject, routes: list[Route]
) -> None:
    found = routes_for(subject, routes)

    assert all(route.match.takes(subject) for route in found)
    assert len({route.default for route in found}) <= 1
    assert set(found) >= {route for route in routes if not route.default and route.match.takes(subject)}


@given(SUBJECTS, ROUTES, st.randoms())
def test_the_order_of_routes_decides_nothing(subject: Subject, routes: list[Route], random: object) -> None:
    shuffled = list(routes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert set(routes_for(subject, shuffled)) == set(routes_for(subject, routes))


@given(SUBJECTS, ROUTES, MATCHES)
def test_one_more_route_takes_nothing_from_those_that_are_no_default(
    subject: Subject, routes: list[Route], match: Match
) -> None:
    before = {route for route in routes_for(subject, routes) if not route.default}

    assert before <= set(routes_for(subject, [*routes, Route("more", "webhook", match)]))


@given(CUSTOMERS, TAGS, ROUTES)
def test_whoever_has_no_route_would_not_hear_of_a_clock(
    customer: str, tags: frozenset[str], routes: list[Route]
) -> None:
    item = replace(instance(customer=customer), tags=tags)

    lost = unheard(item, routes)

    for clock in Clock:
        worst = [Subject(news, Severity.CRITICAL, customer, clock, tags) for news in (News.REMINDER, News.EXPIRED)]
        assert (clock in lost) == (bool(routes) and not any(routes_for(subject, routes) for subject in worst))
    assert unrouted([item], routes) == ((ID,) if lost else ())


def test_a_clock_that_no_route_asks_for_is_heard_of_by_nobody() -> None:
    only = Route("only", "webhook", Match(clocks=frozenset({Clock.LICENSE}), news=frozenset({News.EXPIRED})))
    lapses = Route("lapses", "webhook", Match(clocks=frozenset({Clock.MAINTENANCE}), news=frozenset({News.REMINDER})))

    assert unheard(instance(), [only]) == (Clock.MAINTENANCE,)
    assert unheard(instance(), [only, lapses]) == ()


def test_nobody_is_without_a_route_while_there_are_none_or_a_default() -> None:
    other = Route("other", "webhook", Match(customers=frozenset({"Contoso"})))

    assert unrouted([instance()], []) == ()
    assert unrouted([instance()], [other]) == (ID,)
    assert unrouted([instance()], [other, Route("rest", "webhook", default=True)]) == ()


def told(milestone: int | None, cycle: int, route: str = "noc", standing: Standing = Standing.DELIVERED) -> Handover:
    key = HandoverKey(row_key(milestone, cycle=cycle), route)
    return Handover(key, "x", NOW, standing)


@pytest.mark.parametrize(
    ("known", "heard"),
    [
        ([told(1, 3)], {"noc"}),
        ([told(10, 3), told(1, 3, "pager")], {"noc", "pager"}),
        ([told(1, 2), told(10, 3)], {"noc"}),
        ([told(1, 2), told(None, 3)], set()),
        ([told(1, 2), told(None, 3), told(1, 3)], {"noc"}),
        ([told(1, 2), told(None, 3, standing=Standing.LATE)], {"noc"}),
        ([told(1, 2), told(None, 3, standing=Standing.GIVEN_UP)], {"noc"}),
        ([told(1, 2), told(None, 3, standing=Standing.WAITING)], {"noc"}),
        ([told(1, 2), told(None, 3), told(None, 2, standing=Standing.WAITING)], set()),
        ([told(1, 3, standing=Standing.LATE)], set()),
        ([replace(told(1, 3, standing=Standing.LATE), attempts=1)], {"noc"}),
        ([told(1, 3, standing=Standing.BY_TOPIC)], set()),
        ([told(1, 3, standing=Standing.GIVEN_UP)], {"noc"}),
        ([told(1, 5)], set()),
        ([], set()),
    ],
)
def test_a_route_has_heard_of_what_a_resolve_answers_if_it_was_told_since_its_last_resolve(
    known: list[Handover], heard: set[str]
) -> None:
    assert heard_before(row_key(None, cycle=4), known, {"noc", "pager"}) == heard


@pytest.mark.parametrize(
    "key", [row_key(10), row_key(0), row_key(None), RowKey(ID, Clock.LICENSE, 7, None, change=True)]
)
def test_the_identity_of_a_notice_is_read_back_from_its_event_id(key: RowKey) -> None:
    assert row_key_of(f"{ID}:{key.alert}", ID) == key
    assert row_key_of(f"{ID}:{key.alert}:escalated:boss", ID) == key


@pytest.mark.parametrize("event_id", ["digest:0123", "moved:x", "", ID, f"{ID}:license#x#1", f"{ID}:moon#1#1"])
def test_what_is_no_notice_has_no_identity(event_id: str) -> None:
    assert row_key_of(event_id, ID) is None


def test_every_event_is_news() -> None:
    assert {news_of(event) for event in Event} == set(News) - {News.MOVED}
