"""What `make local` says of its first reads."""

from dataclasses import replace

from lapsewatch.domain.license import Reason

from local.own.__main__ import tell_unread
from tests.builders import state, watched


def told_of(*reasons: Reason | None, lost: int = 0) -> list[str]:
    told: list[str] = []
    landed = {str(number): watched(remembered=replace(state(), reason=reason)) for number, reason in enumerate(reasons)}
    waiting = [*landed, *(f"lost {number}" for number in range(lost))]
    tell_unread(dict.fromkeys(waiting), landed, told.append)
    return told


def test_a_first_read_that_failed_or_did_not_land_is_told() -> None:
    [line] = told_of(None, Reason.BLOCKED_ADDRESS, lost=1)

    assert line.startswith("2 of 3 PBXs could not be read: `lapsewatch doctor`")


def test_nothing_is_told_when_every_pbx_was_read() -> None:
    assert told_of(None, None) == []
    assert told_of() == []
