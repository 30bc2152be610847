"""The item of a state: what it says comes back, what is not understood harms nothing, and it stays small."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.dynamodb.items import STATE, pk_of, state_item, state_of
from lapsewatch.adapters.dynamodb.state_store import due_keys
from lapsewatch.adapters.dynamodb.wire import from_wire, to_wire
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import Reason
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.streaks import GOOD, MOST, UNUSABLE_DATE, Streak

from tests.builders import MAINTENANCE_EXPIRY, NOW, license, series, state

FACTS = ("edition", "simultaneous calls", "seats", "reseller", "FQDN", "license key", "license date jump")
WRITE_UNIT = 1024
"""Bytes that one write unit pays for."""

instants = st.integers(0, 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))
outcomes = st.sampled_from([GOOD, UNUSABLE_DATE, *(reason.value for reason in Reason)])
streaks = st.lists(st.builds(Streak, outcomes, instants, st.integers(1, 10**6)), max_size=MOST)


def item_of(known: InstanceState) -> dict[str, Any]:
    """Return a state as it lies in the table."""
    keys = {"pk": pk_of(known.instance_id), "sk": STATE, **due_keys(known.instance_id, NOW)}
    return to_wire({**keys, "ver": known.ver, **state_item(known)})


def size(value: Any) -> int:
    """Return the bytes that DynamoDB counts for a value as it goes over the wire."""
    [(kind, held)] = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "N":
            return len(held.lstrip("-")) // 2 + 2
        case "BOOL":
            return 1
        case "SS":
            return sum(len(text.encode()) for text in held)
        case "L":
            return 3 + sum(1 + size(inner) for inner in held)
        case _:
            return 3 + sum(1 + len(name) + size(inner) for name, inner in held.items())


def size_of(known: InstanceState) -> int:
    return sum(len(name) + size(value) for name, value in item_of(known).items())


def ordinary(*, past: int = 3, **more: Any) -> InstanceState:
    """Return the state of a PBX with both clocks, read hourly for months, with so many streaks behind it."""
    reasons = [Reason.TIMEOUT, Reason.UNREACHABLE, Reason.UPGRADING]
    behind = (Streak(GOOD if n % 2 else reasons[n % 3].value, NOW, 700) for n in range(past - 1))
    running = [
        series(claimed=3, open_alerts=["license#000001#010", "license#000001#003"]),
        series(expires_at=MAINTENANCE_EXPIRY),
    ]
    known = license(maintenance_expires_at=MAINTENANCE_EXPIRY)
    return state(known, running=running, ver=9000, obs_seq=9000, streaks=[Streak(GOOD, NOW, 4000), *behind], **more)


@given(streaks, st.dictionaries(st.sampled_from(FACTS), instants), st.none() | instants)
def test_streaks_and_recent_changes_come_back_as_they_were(kept: Any, changed: Any, since: Any) -> None:
    known = state(streaks=kept, changed=changed, failing_since=since)

    assert state_of(from_wire(item_of(known))) == known


def test_the_end_of_a_pinned_certificate_comes_back_as_it_was() -> None:
    assert state_of(from_wire(item_of(replace(state(), pin_ends_at=NOW)))).pin_ends_at == NOW


@pytest.mark.parametrize("way", [None, *Access])
def test_the_way_in_comes_back_as_it_was(way: Access | None) -> None:
    assert state_of(from_wire(item_of(replace(state(), way=way)))).way is way


def test_attributes_that_nobody_knows_are_no_obstacle() -> None:
    item = from_wire(item_of(state())) | {"from_the_future": {"a": 1}, "streak_of_luck": "yes"}

    assert state_of(item) == state()


@pytest.mark.parametrize(
    "text", ["", "yesterday 3 good", "2026-06-10T13:00:00Z many good", "2026-06-10T13:00:00Z 3", 7]
)
def test_a_streak_that_cannot_be_read_is_left_out_and_costs_nobody_the_instance(text: Any) -> None:
    item = from_wire(item_of(state(streaks=[Streak(GOOD, NOW)])))
    item["streaks"] = [text, *item["streaks"]]

    assert state_of(item).streaks == (Streak(GOOD, NOW),)


def test_an_outcome_of_a_later_version_is_kept_as_its_word() -> None:
    item = from_wire(item_of(state())) | {"streaks": ["2026-06-10T13:00:00Z 3 eaten_by_a_bear"]}

    assert state_of(item).streaks == (Streak("eaten_by_a_bear", NOW, 3),)


def test_an_item_from_before_streaks_were_kept_is_read_as_one_without() -> None:
    item = from_wire(item_of(state(streaks=[Streak(GOOD, NOW)], changed={"FQDN": NOW})))
    for name in ("streaks", "tried_at", "failing_since", "changed"):
        item.pop(name, None)

    before = state_of(item)

    assert (before.streaks, before.tried_at, before.failing_since, before.changed) == ((), None, None, {})


def test_an_ordinary_state_stays_well_within_one_write_unit() -> None:
    assert size_of(ordinary()) < 0.75 * WRITE_UNIT


def test_an_ordinary_state_of_a_pinned_instance_is_written_with_one_unit() -> None:
    assert size_of(replace(ordinary(), pin_ends_at=NOW)) < 0.8 * WRITE_UNIT


def test_even_a_restless_state_is_written_with_one_unit() -> None:
    restless = ordinary(past=MOST, changed=dict.fromkeys(("FQDN", "license key"), NOW), failing_since=NOW)

    assert size_of(restless) < WRITE_UNIT
