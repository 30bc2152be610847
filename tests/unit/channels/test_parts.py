"""Messages that are taken in parts: nothing twice, nothing forgotten, and a whole that says what its parts say."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.channels.parts import KEPT, NOTHING, Parts, together
from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused

YES, LATER, NO = Delivered("yes"), NotYet("later", 30), Refused("no")
PARTS = {name: name for name in "abcde"}


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        ([], NOTHING),
        ([YES], YES),
        ([LATER], LATER),
        ([NO], NO),
        ([YES, YES], YES),
        ([YES, LATER, NO], NotYet("later; 1 of 3 parts were taken", 30)),
        ([YES, NO], Refused("no; 1 of 2 parts were taken")),
        ([NO, None], Refused("no; 0 of 2 parts were taken")),
        ([LATER, None, None], NotYet("later; 0 of 3 parts were taken", 30)),
    ],
)
def test_a_whole_is_tried_again_as_long_as_a_part_may_be_taken_later(
    outcomes: list[Outcome | None], whole: Outcome
) -> None:
    assert together(outcomes) == whole


@given(st.lists(st.integers(0, 5), min_size=5, max_size=12))
def test_each_part_is_taken_once_however_few_are_taken_at_a_time(rooms: list[int]) -> None:
    parts, taken = Parts(), list[str]()

    def attempt(room: int, left: Mapping[str, str]) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        for name in left:
            if room == 0:
                return outcomes | {name: LATER}
            room -= 1
            outcomes[name] = NO if name == "c" else YES
            taken.append(name)
        return outcomes

    for room in rooms:
        outcome = parts.send("event", PARTS, lambda left, room=room: attempt(room, left))  # type: ignore[misc]
        if not isinstance(outcome, NotYet):
            break

    assert taken == list(PARTS)[: len(taken)]
    assert isinstance(outcome, Refused) == (len(taken) == len(PARTS))


@pytest.mark.parametrize("left", [LATER, NO])
def test_what_was_taken_of_a_message_is_told_by_what_it_is_about(left: NotYet | Refused) -> None:
    parts = {"a kim": 1, "a lee": 2, "b kim": 3, "b lee": 4, "c kim": 5}
    became = dict(zip(parts, [YES, YES, YES, left], strict=False))

    outcome = Parts().send("event", parts, lambda _: became, lambda name: name[0])

    assert isinstance(outcome, NotYet | Refused)
    assert outcome.taken == {"a"}


def test_a_message_that_is_through_is_forgotten_so_that_it_can_be_sent_on_purpose_again() -> None:
    parts, sent = Parts(), list[str]()

    def attempt(left: Mapping[str, str]) -> dict[str, Outcome]:
        sent.extend(left)
        return dict.fromkeys(left, YES)

    parts.send("event", PARTS, attempt)
    parts.send("event", PARTS, attempt)

    assert sent == [*PARTS, *PARTS]


def test_no_more_messages_are_remembered_than_may_be_under_way() -> None:
    parts = Parts()

    for number in range(KEPT * 2):
        parts.send(str(number), PARTS, lambda _: {"a": YES, "b": LATER})

    assert len(parts._settled) == KEPT
