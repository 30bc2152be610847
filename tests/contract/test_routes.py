"""What routes and hand-overs promise, on the fakes and on the real table."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.handover_store import DynamoHandovers
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.route_store import DynamoRoutes
from lapsewatch.adapters.dynamodb.table import DUE_SHARDS, Table, shard_of, stamp
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.routes import Match, News, Route, Step
from lapsewatch.errors import ConflictError

from tests.builders import ID, NEW_YORK, NOW, instance, row_key
from tests.fakes import FakeHandovers, FakeRoutes

BOTH = pytest.mark.parametrize("real", [False, True], ids=["fake", "emulator"])
HOUR = timedelta(hours=1)
FULL = Route(
    "noc",
    "webhook",
    Match(
        customers=frozenset({"Northwind Health"}),
        tags=frozenset({"vip"}),
        severity=Severity.WARNING,
        clocks=frozenset(Clock),
        news=frozenset({News.EXPIRED}),
    ),
    escalation=Step(4 * HOUR, "boss"),
    outlook=True,
    acknowledge_link=False,
)
ROUTES = (FULL, Route("boss", "webhook", default=True), Route("mail", "email", addresses=("noc@msp.example",)))


def handover(milestone: int = 1, route: str = "noc", *, escalated: bool = False, due: bool = True) -> Handover:
    key = HandoverKey(row_key(milestone), route, escalated)
    return Handover(key, f"{ID}:{key.row.alert}", NOW, due_at=NOW + HOUR if due else None)


@pytest.fixture
def handovers(request: pytest.FixtureRequest, real: bool) -> DynamoHandovers | FakeHandovers:
    return DynamoHandovers(request.getfixturevalue("table")) if real else FakeHandovers()


@BOTH
def test_routes_come_back_as_they_were_declared_until_others_are(request: pytest.FixtureRequest, real: bool) -> None:
    routes = DynamoRoutes(request.getfixturevalue("table")) if real else FakeRoutes()

    assert routes.declared() == ()
    routes.declare(ROUTES)
    assert routes.declared() == ROUTES
    routes.declare(ROUTES[:1])
    assert routes.declared() == ROUTES[:1]
    routes.declare([])
    assert routes.declared() == ()


@BOTH
def test_a_hand_over_is_noted_once_and_every_attempt_is_told(handovers: DynamoHandovers | FakeHandovers) -> None:
    first, later = handover(), NOW + HOUR
    handovers.begin([first, handover(10)])
    handovers.settle([first.key], Standing.WAITING, first.event_id, "HTTP 503", NOW)
    handovers.settle([first.key], Standing.GIVEN_UP, first.event_id, "HTTP 410", later)
    handovers.begin([replace(first, created_at=later)])

    given_up = replace(first, standing=Standing.GIVEN_UP, answer="HTTP 410", at=later, attempts=2)
    assert handovers.some([first.key]) == {first.key: given_up}
    assert {item.key for item in handovers.of(ID)} == {first.key, handover(10).key}


@BOTH
def test_what_is_dropped_as_late_was_not_tried_for_that(handovers: DynamoHandovers | FakeHandovers) -> None:
    handovers.begin([handover(), handover(10)])
    handovers.settle([handover(10).key], Standing.WAITING, "x", "timeout", NOW)
    handovers.settle([handover().key, handover(10).key], Standing.LATE, "x", "late", NOW)

    assert {item.key.row.milestone: item.attempts for item in handovers.of(ID)} == {1: 0, 10: 1}


@BOTH
def test_what_was_delivered_stays_so_whatever_becomes_of_a_copy(handovers: DynamoHandovers | FakeHandovers) -> None:
    key = handover().key
    handovers.begin([handover()])
    handovers.settle([key], Standing.DELIVERED, "first", "HTTP 204", NOW)
    handovers.settle([key], Standing.WAITING, "second", "HTTP 503", NOW)
    handovers.settle([handover(3).key], Standing.DELIVERED, "nobody began it", "HTTP 204", NOW)

    [found] = handovers.of(ID)
    assert (found.standing, found.event_id, found.answer) == (Standing.DELIVERED, "first", "HTTP 204")


@BOTH
def test_an_escalation_is_due_at_its_time_taken_up_by_one_and_done_once(
    handovers: DynamoHandovers | FakeHandovers,
) -> None:
    due = NOW + HOUR
    handovers.begin([handover(), handover(10, due=False), handover(0, escalated=True)])

    assert list(handovers.due(NOW)) == []
    assert set(handovers.due(due)) == {handover().key, handover(0, escalated=True).key}
    taken = handovers.postpone(handover(), due, due + HOUR)
    with pytest.raises(ConflictError):
        handovers.postpone(handover(), due, due + HOUR)
    handovers.close(taken, due)
    with pytest.raises(ConflictError):
        handovers.close(taken, due)

    assert handovers.some([taken.key])[taken.key].escalated_at == due
    assert list(handovers.due(due + HOUR)) == [handover(0, escalated=True).key]


def test_what_waits_to_escalate_is_no_reminder_that_is_due(table: Table) -> None:
    DynamoHandovers(table).begin([handover()])
    ledger = DynamoLedger(table)

    assert list(ledger.due_rows(NOW + HOUR)) == []
    assert list(ledger.due_instances(NOW + HOUR)) == []
    assert ledger.rows(ID) == []


def test_a_hand_over_that_cannot_be_read_hides_no_other(table: Table) -> None:
    handovers = DynamoHandovers(table)
    handovers.begin([handover()])
    table.write(
        {
            "Put": {
                "Item": {
                    "pk": {"S": f"INST#{ID}"},
                    "sk": {"S": "RTE#nonsense"},
                    "due_shard": {"S": shard_of(ID, DUE_SHARDS)},
                    "due_at": {"S": stamp(NOW)},
                },
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
    )

    assert [item.key for item in handovers.of(ID)] == [handover().key]
    assert list(handovers.due(NOW + HOUR)) == [handover().key]


def test_the_tags_of_an_instance_come_back(table: Table) -> None:
    fleet = DynamoFleet(table, NEW_YORK)
    fleet.register(replace(instance(), tags=frozenset({"vip", "east"})))

    assert fleet.watched([ID])[ID].instance.tags == {"vip", "east"}
    fleet.register(instance())
    assert fleet.watched([ID])[ID].instance.tags == frozenset()
