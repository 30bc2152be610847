"""What pieces that wait for each other are promised, on the fakes and on the real table."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lapsewatch.adapters.dynamodb.gathering_store import DynamoGathering
from lapsewatch.domain.messages import Message
from lapsewatch.ports import Gathering

from tests.builders import NOW
from tests.fakes import FakeGathering
from tests.unit.channels.messages import escalation, many, message_of

BOTH = pytest.mark.parametrize("real", [False, True], ids=["fake", "emulator"])
FIRST, SECOND = (replace(message_of(some), route="noc") for some in (many(4)[:2], many(4)[2:]))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def gathering(request: pytest.FixtureRequest, real: bool) -> Gathering:
    return DynamoGathering(request.getfixturevalue("table")) if real else FakeGathering()


def kept(gathering: Gathering, like: Message = FIRST) -> list[Message]:
    return sorted(gathering.kept(like), key=lambda piece: piece.event_id)


@BOTH
def test_parts_come_back_as_they_were_kept_each_group_by_itself(gathering: Gathering) -> None:
    elsewhere, escalated = replace(FIRST, route="desk"), escalation()
    for piece in (FIRST, SECOND, elsewhere, escalated, FIRST):
        gathering.keep(piece, NOW)

    assert kept(gathering) == sorted([FIRST, SECOND], key=lambda piece: piece.event_id)
    assert kept(gathering, elsewhere) == [elsewhere]
    assert kept(gathering, escalated) == [escalated]
    assert kept(gathering, replace(FIRST, route="nobody")) == []


@BOTH
def test_a_part_that_was_told_does_not_come_back(gathering: Gathering) -> None:
    gathering.keep(FIRST, NOW)
    gathering.keep(SECOND, NOW)

    gathering.forget(FIRST)
    gathering.forget(FIRST)
    gathering.forget(replace(FIRST, route="nobody"))
    gathering.keep(FIRST, NOW)

    assert kept(gathering) == [SECOND]


@BOTH
def test_one_at_a_time_tells_the_pieces_of_a_group(gathering: Gathering) -> None:
    until = NOW + MINUTE

    assert gathering.hold(FIRST, "a", NOW, until)
    assert gathering.hold(FIRST, "a", NOW, until)
    assert not gathering.hold(SECOND, "b", NOW, until)
    assert gathering.hold(replace(FIRST, route="desk"), "b", NOW, until)
    gathering.release(FIRST, "b")
    assert not gathering.hold(SECOND, "b", until - timedelta(seconds=1), until + MINUTE)
    assert gathering.hold(SECOND, "b", until, until + MINUTE)
    gathering.release(SECOND, "b")
    assert gathering.hold(FIRST, "a", until, until + MINUTE)
