"""What is told together, and what the whole says."""

from dataclasses import replace

import pytest
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.digests import digest_of
from lapsewatch.domain.gathering import MANY, MOST, gathers, group_of, merged, together
from lapsewatch.domain.messages import Message

from tests.builders import EXPIRY, NOW
from tests.unit.channels.messages import MESSAGES, PAGE, escalation, many, message_of, notice, removed


def piece(*keys: str, milestone: int | None = 10, route: str = "noc") -> Message:
    return replace(message_of([notice(milestone, instance_id=key, name=key.upper()) for key in keys]), route=route)


def single(number: int) -> Message:
    told = escalation()
    [item] = told.notices
    document = {**told.document, "event_id": f"pbx-{number}:license#000001#000:escalated:boss", "days_left": -number}
    return replace(told, event_id=document["event_id"], document=document, notices=(replace(item, document=document),))


@pytest.mark.parametrize(
    ("message", "may"),
    [
        (piece("a", "b"), True),
        (replace(piece("a", "b"), route=None), False),
        (replace(MESSAGES["reminder"], route="noc"), False),
        (replace(MESSAGES["moved"], route="noc"), False),
        (MESSAGES["outlook"], False),
        (escalation(), True),
    ],
)
def test_digests_and_escalations_wait_for_others(message: Message, may: bool) -> None:
    assert gathers(message) is may


def test_what_escalated_from_another_route_is_told_by_itself() -> None:
    assert [group_of(message) for message in (piece("a", "b"), escalation())] == ["noc", "boss#noc"]
    others = [piece("c", "d"), replace(piece("e", "f"), escalated_from="boss"), piece("g", "h", route="desk")]

    assert together(piece("a", "b"), others) == [piece("a", "b"), others[0]]


def test_a_part_is_not_told_with_itself() -> None:
    assert together(piece("a", "b"), [piece("a", "b")]) == [piece("a", "b")]


@pytest.mark.parametrize(("count", "told"), [(1, 1), (MANY, 1), (MANY + 1, MANY + 1)])
def test_a_few_escalations_are_told_one_by_one(count: int, told: int) -> None:
    singles = [single(number) for number in range(count)]

    assert len(together(singles[0], singles)) == told


def test_no_message_grows_beyond_what_somebody_can_take() -> None:
    pieces = [
        replace(message_of([replace(item, event_id=f"{n}:{item.event_id}") for item in many(MOST // 2)]), route="noc")
        for n in range(3)
    ]

    assert together(pieces[0], pieces) == pieces[:2]


def test_parts_are_one_digest_with_the_most_urgent_first_and_each_notice_once() -> None:
    late = notice(0, instance_id="z", now=EXPIRY)
    one, two = piece("b", "a", "c"), replace(message_of([notice(10, instance_id="c", name="C"), late]), route="noc")

    whole = merged([one, two])

    expected = digest_of([*(notice(10, instance_id=key, name=key.upper()) for key in "abc"), late], PAGE, NOW)
    assert [told.document["instance_id"] for told in whole.notices] == ["z", "a", "b", "c"]
    assert all("text" not in told.document for told in whole.notices)
    assert whole.document == {**message_of(expected).document, "occurred_at": one.document["occurred_at"]}
    assert (whole.event_id, whole.route) == (expected.event_id, "noc")
    assert merged([two, one]).event_id == whole.event_id


def test_a_part_by_itself_stays_as_it_is() -> None:
    alone = piece("a", "b")

    assert merged([alone]) is alone


def test_many_escalations_are_one_message_that_leads_to_the_page() -> None:
    whole = merged([single(number) for number in range(12)])

    assert (whole.document["event"], whole.document["page_url"]) == ("digest", f"{PAGE}/")
    assert (whole.route, whole.escalated_from) == ("boss", "noc")
    assert "text" in single(0).notices[0].document
    assert not [told for told in whole.notices if "text" in told.document]
    assert whole.document["severity"] == Severity.CRITICAL.value
    assert whole.document["text"] == "12 license notices, 12 expired"
    assert [told.document["days_left"] for told in whole.notices] == [-number for number in range(11, -1, -1)]


def test_notices_alike_are_in_the_order_of_their_names_and_those_without_a_day_come_last() -> None:
    ended = replace(message_of([removed(), notice(None, instance_id="x", name="x")]), route="noc")
    own = replace(piece("b"), document={**piece("b").document, "occurred_at": "2026-06-10T14:00:00Z"})

    whole = merged([own, piece("a", "c"), ended])

    names = [told.document["name"] for told in whole.notices]
    assert names == ["A", "B", "C", "x", "Northwind Cardiology"]
    assert whole.document["occurred_at"] == "2026-06-10T14:00:00Z"
