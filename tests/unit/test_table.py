"""The table behind a client that answers in pages, leaves keys over, and collides."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from lapsewatch.adapters.dynamodb.table import TRIES, Table
from lapsewatch.adapters.dynamodb.updates import put_new
from lapsewatch.adapters.dynamodb.wire import to_wire
from lapsewatch.errors import ConflictError

ACTIONS = (put_new({"pk": "INST#a", "sk": "STATE"}), put_new({"pk": "INST#a", "sk": "REM#x"}))


class ScriptedClient:
    """Answers what a test lays down, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        def call(**request: Any) -> Any:
            self.asked.append({"call": name, **request})
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def table(client: ScriptedClient) -> Table:
    return Table(client, "fleet", sleep=lambda _: None)  # type: ignore[arg-type]  # it has the calls that are used


def item(number: int) -> dict[str, Any]:
    return to_wire({"pk": f"INST#{number}", "sk": "STATE"})


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    error: Any = {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons}
    return ClientError(error, "TransactWriteItems")


@pytest.mark.fault("D4")
def test_every_page_of_a_query_is_read_once() -> None:
    client = ScriptedClient(
        {"Items": [item(1), item(2)], "LastEvaluatedKey": item(2)},
        {"Items": [], "LastEvaluatedKey": item(3)},
        {"Items": [item(4)]},
    )

    found = [entry["pk"] for entry in table(client).query("pk = :pk", {":pk": "x"})]

    assert found == ["INST#1", "INST#2", "INST#4"]
    assert [asked.get("ExclusiveStartKey") for asked in client.asked][1:] == [item(2), item(3)]


@pytest.mark.fault("D4")
def test_keys_that_were_left_over_are_asked_for_again() -> None:
    client = ScriptedClient(
        {"Responses": {"fleet": [item(1)]}, "UnprocessedKeys": {"fleet": {"Keys": [item(2), item(3)]}}},
        {"Responses": {}, "UnprocessedKeys": {"fleet": {"Keys": [item(2), item(3)]}}},
        {"Responses": {"fleet": [item(2), item(3)]}, "UnprocessedKeys": {}},
    )

    found = [entry["pk"] for entry in table(client).get_many([(f"INST#{n}", "STATE") for n in (1, 2, 3)])]

    assert found == ["INST#1", "INST#2", "INST#3"]


@pytest.mark.fault("D3")
def test_a_transaction_that_collided_is_tried_again() -> None:
    client = ScriptedClient(cancelled("None", "TransactionConflict"), cancelled("TransactionConflict", "None"), {})

    table(client).write(*ACTIONS)

    assert len(client.asked) == 3


@pytest.mark.fault("D3")
def test_a_transaction_that_keeps_colliding_is_a_conflict_after_four_tries() -> None:
    client = ScriptedClient(*[cancelled("TransactionConflict", "None")] * TRIES)

    with pytest.raises(ConflictError):
        table(client).write(*ACTIONS)

    assert len(client.asked) == TRIES == 4


@pytest.mark.fault("D3")
def test_a_condition_that_failed_is_not_tried_again() -> None:
    client = ScriptedClient(cancelled("ConditionalCheckFailed", "TransactionConflict"))

    with pytest.raises(ConflictError):
        table(client).write(*ACTIONS)

    assert len(client.asked) == 1


@pytest.mark.fault("D1")
def test_throttling_that_outlasts_the_sdk_surfaces_as_it_is() -> None:
    throttled: Any = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": ""}}
    client = ScriptedClient(ClientError(throttled, "PutItem"))

    with pytest.raises(ClientError, match="ProvisionedThroughput"):
        table(client).write(ACTIONS[0])


@pytest.mark.fault("D8")
@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf")])
def test_a_number_that_is_not_whole_never_reaches_the_table(value: float) -> None:
    with pytest.raises(TypeError):
        to_wire({"sim_calls": value})


@pytest.mark.fault("D3")
def test_a_single_write_that_meets_a_transaction_is_tried_again() -> None:
    error: Any = {"Error": {"Code": "TransactionConflictException", "Message": ""}}
    client = ScriptedClient(ClientError(error, "UpdateItem"), {})

    table(client).write(ACTIONS[0])

    assert [asked["call"] for asked in client.asked] == ["put_item", "put_item"]


@pytest.mark.fault("D3")
def test_a_single_write_that_keeps_meeting_transactions_has_lost() -> None:
    error: Any = {"Error": {"Code": "TransactionConflictException", "Message": ""}}
    client = ScriptedClient(*[ClientError(error, "UpdateItem")] * TRIES)

    with pytest.raises(ConflictError):
        table(client).write(ACTIONS[0])

    assert len(client.asked) == TRIES
