"""The poll queue's messages as they arrive, good and bad."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.messages import batch_of, to_retry


def event_of(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"message-{number}", "body": body} for number, body in enumerate(bodies)]}


def asks_for(instance_id: object) -> str:
    return json.dumps({"instance_id": instance_id})


def test_each_message_names_one_instance() -> None:
    batch = batch_of(event_of(asks_for("northwind"), asks_for("southwind-2")))

    assert batch.ids == {"northwind": ["message-0"], "southwind-2": ["message-1"]}
    assert batch.malformed == []


def test_an_instance_that_two_messages_name_is_read_once_and_both_are_answered() -> None:
    batch = batch_of(event_of(asks_for("northwind"), asks_for("northwind")))

    assert batch.ids == {"northwind": ["message-0", "message-1"]}
    assert to_retry(batch, ["northwind"]) == {
        "batchItemFailures": [{"itemIdentifier": "message-0"}, {"itemIdentifier": "message-1"}]
    }


def test_a_message_says_whether_it_was_put_off() -> None:
    batch = batch_of(event_of(asks_for("northwind"), '{"instance_id": "harbor", "late": true}'))

    assert (list(batch.ids), batch.late) == (["northwind", "harbor"], {"harbor"})


def test_what_a_newer_dispatch_adds_to_a_message_is_ignored() -> None:
    batch = batch_of(event_of('{"instance_id": "northwind", "hurry": true}'))

    assert (list(batch.ids), batch.malformed) == (["northwind"], [])


@pytest.mark.fault("S10")
@pytest.mark.parametrize(
    "body",
    [
        "",
        "northwind",
        "null",
        "[]",
        "{}",
        '{"instance_id"',
        '{"instance_id": NaN}',
        asks_for(None),
        asks_for(7),
        asks_for(["northwind"]),
        asks_for(""),
        asks_for("North"),
        asks_for("north#wind"),
        asks_for("north/../wind"),
        asks_for("north wind"),
        asks_for("northwind\n"),
        asks_for("-northwind"),
        asks_for("nörthwind"),
        asks_for("n" * 65),
        asks_for("n" * 2**20),
        "[" * 100_000,
        '{"instance_id": "' + "\\ud800" + '"}',
    ],
    ids=lambda body: ascii(body)[:32],
)
def test_a_message_that_is_none_is_set_aside_and_the_others_are_read(body: str) -> None:
    batch = batch_of(event_of(asks_for("before"), body, asks_for("after")))

    assert batch.ids == {"before": ["message-0"], "after": ["message-2"]}
    assert batch.malformed == ["message-1"]


@pytest.mark.parametrize("instance_id", ["n", "7", "n" * 64, "north-wind-2"])
def test_an_id_of_any_allowed_length_is_read(instance_id: str) -> None:
    assert batch_of(event_of(asks_for(instance_id))).ids == {instance_id: ["message-0"]}


@pytest.mark.fault("S7")
def test_only_what_failed_is_delivered_again() -> None:
    batch = batch_of(event_of(asks_for("good"), asks_for("bad"), "junk"))

    assert to_retry(batch, ["bad"]) == {
        "batchItemFailures": [{"itemIdentifier": "message-1"}, {"itemIdentifier": "message-2"}]
    }


@pytest.mark.fault("S7")
def test_a_batch_that_went_well_has_no_failures() -> None:
    batch = batch_of(event_of(asks_for("good")))

    assert to_retry(batch, []) == {"batchItemFailures": []}


@pytest.mark.fault("S10")
@given(st.lists(st.text(max_size=80) | st.from_regex(r"[a-z0-9-]{1,70}", fullmatch=True).map(asks_for), max_size=10))
def test_every_message_is_either_read_or_set_aside(bodies: list[str]) -> None:
    batch = batch_of(event_of(*bodies))

    read = [message_id for message_ids in batch.ids.values() for message_id in message_ids]
    assert sorted(read + batch.malformed) == sorted(f"message-{number}" for number in range(len(bodies)))
