"""The weekly outlook: once a week, by customer, and to each route what is its business."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.arrivals import arrivals_of, routed_body
from lapsewatch.domain.cards import card_of
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.messages import Message
from lapsewatch.domain.outlook import FAR, LATELY, WEEK, Ending, endings, outlook_of, slot_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.routes import Match, Route
from lapsewatch.look_ahead import look_ahead

from tests.builders import NEW_YORK, NOW, instance, series, sqs_event, state
from tests.exchange import Exchange
from tests.fakes import FakeRoutes
from tests.scenes import EXPIRY
from tests.unit.test_schemas import MESSAGE, faults

DAY = timedelta(days=1)
ALL = Route("all", "webhook", outlook=True)
MONDAY = datetime(2026, 6, 8, 12, 0, tzinfo=UTC)
"""Eight in the morning in New York."""


def watched(key: str, left: int, customer: str = "Northwind Health", **more: object) -> Watched:
    running = replace(series(expires_at=NOW + left * DAY), **more)  # type: ignore[arg-type]
    whose = instance(key, name=key.title(), customer=customer)
    return Watched(whose, state(instance_id=key, running=[running]))


@pytest.mark.parametrize(("left", "told"), [(FAR + 1, 0), (FAR, 1), (0, 1), (-1, 1), (LATELY, 1), (LATELY - 1, 0)])
def test_what_ends_soon_or_ended_lately_is_told(left: int, told: int) -> None:
    assert len(endings([watched("a", left)], ALL, [ALL], NOW)) == told


def test_the_outlook_is_by_customer_and_day_with_both_numbers_on_top() -> None:
    fleet = [watched("c", 80), watched("b", 5), watched("a", 61, "Contoso"), watched("d", -2)]

    message = outlook_of(endings(fleet, ALL, [ALL], NOW), ALL, "https://p", MONDAY, NOW)

    assert str(message.document["text"]).splitlines() == [
        "1 date ends within 60 days, 3 within 90, 1 has ended.", "",
        "Contoso:", "- A: license ends 2026-08-10, in 61 days", "",
        "Northwind Health:",
        "- D: license ends 2026-06-08, ENDED 2 days ago",
        "- B: license ends 2026-06-15, in 5 days",
        "- C: license ends 2026-08-29, in 80 days", "",
        "Status page: https://p/calendar",
    ]  # fmt: skip
    assert message.event_id == "outlook:20260608:all"


@pytest.mark.parametrize(
    ("left", "words"),
    [(-2, "ENDED 2 days ago"), (-1, "ENDED 1 day ago"), (0, "today"), (1, "in 1 day"), (2, "in 2 days")],
)
def test_an_end_is_told_by_the_true_days(left: int, words: str) -> None:
    [ending] = endings([watched("a", left)], ALL, [ALL], NOW)

    assert ending.line.endswith(f", {words}")


@pytest.mark.parametrize(
    ("lefts", "headline"),
    [
        ([], "0 dates end within 60 days, 0 within 90"),
        ([0], "1 date ends within 60 days, 1 within 90"),
        ([-1, -2, 60, 61], "1 date ends within 60 days, 2 within 90, 2 have ended"),
    ],
)
def test_what_has_ended_is_not_counted_as_what_ends(lefts: list[int], headline: str) -> None:
    found = endings([watched(f"a{left}", left) for left in lefts], ALL, [ALL], NOW)

    assert str(outlook_of(found, ALL, "https://p", MONDAY, NOW).document["text"]).startswith(f"{headline}.")


def test_a_route_is_told_what_is_its_business_and_a_default_what_is_nobody_elses() -> None:
    contoso = Route("contoso", "webhook", Match(customers=frozenset({"Contoso"})), outlook=True)
    vip = Route("vip", "webhook", Match(tags=frozenset({"vip"}), clocks=frozenset({Clock.MAINTENANCE})))
    rest = Route("rest", "webhook", default=True, outlook=True)
    routes = [contoso, vip, rest]
    tagged = watched("c", 5)
    tagged = replace(tagged, instance=replace(tagged.instance, tags=frozenset({"vip"})))
    fleet = [watched("a", 5, "Contoso"), watched("b", 5), tagged]

    found = {route.name: [item.instance_id for item in endings(fleet, route, routes, NOW)] for route in routes}

    assert found == {"contoso": ["a"], "vip": [], "rest": ["b"]}


def test_what_is_paused_is_left_out() -> None:
    paused = watched("a", 5)

    assert endings([replace(paused, state=replace(paused.state, enabled=False))], ALL, [ALL], NOW) == []


def test_a_long_outlook_is_cut_and_says_so_and_fits_into_a_message_of_the_queue() -> None:
    many = [Ending("ü" * 120, "ö" * 120, "x" * 64, Clock.MAINTENANCE, NOW.date(), 5, True) for _ in range(1000)]

    message = outlook_of(many, ALL, "https://p", MONDAY, NOW)

    named = len(message.document["endings"])
    assert 100 < named < 1000
    assert f"… and {1000 - named} more" in str(message.document["text"])
    assert message.document["count"] == 1000
    assert len(routed_body(message).encode()) < 262_144


@given(st.integers(0, 4000 * 86400), st.sampled_from(["America/New_York", "Asia/Tokyo"]))
def test_a_slot_is_the_last_monday_at_the_reminder_hour(seconds: int, name: str) -> None:
    now, zone = MONDAY + timedelta(seconds=seconds), ZoneInfo(name)

    slot = slot_of(now, zone, 8)

    assert slot <= now < slot + WEEK + timedelta(hours=1)
    assert (slot.astimezone(zone).weekday(), slot.astimezone(zone).hour) == (0, 8)
    assert slot_of(slot, zone, 8) == slot


@pytest.mark.parametrize(
    ("now", "name", "slot"),
    [
        ("2026-06-08T07:59:00-04:00", "America/New_York", "2026-06-01T08:00:00-04:00"),
        ("2026-06-08T08:00:00-04:00", "America/New_York", "2026-06-08T08:00:00-04:00"),
        ("2026-06-08T08:05:00+14:00", "Pacific/Kiritimati", "2026-06-08T08:00:00+14:00"),
    ],
)
def test_monday_begins_where_the_tenant_is(now: str, name: str, slot: str) -> None:
    assert slot_of(datetime.fromisoformat(now), ZoneInfo(name), 8) == datetime.fromisoformat(slot)


def test_the_days_of_an_outlook_are_those_of_the_instance_and_what_speaks_for_both_clocks_does() -> None:
    late = datetime(2026, 6, 21, 2, 0, tzinfo=UTC)
    both = state(running=[series(expires_at=EXPIRY), series(Clock.MAINTENANCE, expires_at=late)])
    only = state(instance_id="b", running=[series(expires_at=late)])
    fleet = [Watched(instance(), both), Watched(instance("b", name="B"), only)]

    found = endings(fleet, ALL, [ALL], datetime(2026, 6, 11, 2, 0, tzinfo=UTC))

    assert [(item.instance_id, item.clock, f"{item.expires_on}", item.days_left) for item in found] == [
        ("b", Clock.LICENSE, "2026-06-20", 10),
        ("northwind", Clock.LICENSE, "2026-06-20", 10),
    ]


def test_a_single_end_that_has_no_room_is_told_of() -> None:
    many = [Ending("C", "ö" * 120, "x" * 64, Clock.MAINTENANCE, NOW.date(), 5, True) for _ in range(1000)]
    room = len(outlook_of(many, ALL, "https://p", MONDAY, NOW).document["endings"])

    lines = str(outlook_of(many[: room + 1], ALL, "https://p", MONDAY, NOW).document["text"]).splitlines()

    assert lines[-3:] == ["… and 1 more on the status page.", "", "Status page: https://p/calendar"]


@pytest.fixture
def exchange() -> Exchange:
    made = Exchange(FakeRoutes(ALL, Route("quiet", "webhook")))
    made.scene.add()
    made.scene.says(EXPIRY)
    made.scene.poll(MONDAY - DAY)
    return made


def test_an_outlook_goes_out_once_a_week_and_only_where_it_is_asked_for(exchange: Exchange) -> None:
    instants = [MONDAY + n * timedelta(hours=6) for n in range(4 * 15)]

    sent = [at for at in instants if look_ahead(exchange.following(), NEW_YORK, at)["outlooks"]]
    exchange.run(*exchange.queued())

    assert sent == [MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK]
    assert [len(exchange.line(name).tried) for name in ("all", "quiet")] == [3, 0]


def test_an_outlook_that_was_missed_on_monday_comes_later_in_the_week(exchange: Exchange) -> None:
    assert look_ahead(exchange.following(), NEW_YORK, MONDAY + 3 * DAY)["outlooks"] == 1
    assert look_ahead(exchange.following(), NEW_YORK, MONDAY + 4 * DAY)["outlooks"] == 0
    assert look_ahead(exchange.following(), NEW_YORK, MONDAY + WEEK)["outlooks"] == 1


def test_an_outlook_that_cannot_be_queued_is_a_failure_that_is_heard(exchange: Exchange) -> None:
    exchange.queue.breaks = True

    assert look_ahead(exchange.following(), NEW_YORK, MONDAY) == {"failed": 1}


def test_an_outlook_is_what_its_schema_says_before_and_after_the_queue() -> None:
    message = outlook_of(endings([watched("a", 5)], ALL, [ALL], NOW), ALL, "https://p.example", MONDAY, NOW)

    [arrival] = arrivals_of(sqs_event(routed_body(message)))

    assert faults(message.document, MESSAGE) == []
    assert arrival.message == Message(message.event_id, message.document, route="all")


def test_every_channel_can_show_an_outlook() -> None:
    card = card_of(outlook_of(endings([watched("a", 5)], ALL, [ALL], NOW), ALL, "https://p.example", MONDAY, NOW))

    assert (card.headline, card.items) == ("1 date ends within 60 days, 1 within 90", ())
    assert card.lines == ("Northwind Health:", "- A: license ends 2026-06-15, in 5 days")
    assert card.links == [("Open", "https://p.example/calendar")]


def test_an_outlook_whose_route_is_no_more_goes_to_nobody_else() -> None:
    exchange = Exchange(FakeRoutes(ALL, Route("chat", "webhook")))
    look_ahead(exchange.following(), NEW_YORK, MONDAY)
    exchange.routes = FakeRoutes(Route("chat", "webhook"))

    assert exchange.run(*exchange.queued()).counts == {"dropped": 1}
    assert exchange.line("chat").tried == []
