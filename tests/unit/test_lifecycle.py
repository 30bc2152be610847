"""Pause, resume, remove, re-create, and settings that change midway: nothing owed is lost, nothing is said twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import RowState
from lapsewatch.domain.milestones import DEFAULT_RULES, ReminderRules, ladder_of
from lapsewatch.errors import ConflictError, InstanceBusyError, InvalidRequestError, UnknownInstanceError
from lapsewatch.lifecycle import Operating, accept_no_expiry, remove, set_enabled

from tests.builders import observation, perpetual_license
from tests.fakes import FakeStore
from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(12))
    return scene


def test_what_came_due_while_paused_is_sent_after_the_resume(scene: Scene) -> None:
    set_enabled(scene.store, "northwind", enabled=False)
    scene.remind(days_before(9))

    set_enabled(scene.store, "northwind", enabled=True)
    scene.remind(days_before(9, hour=14))

    assert scene.sent == [("reminder", 10)]


@pytest.mark.fault("L1")
def test_a_row_claimed_before_the_pause_is_parked_and_sent_after_it(scene: Scene) -> None:
    scene.claim(days_before(9))
    set_enabled(scene.store, "northwind", enabled=False)
    scene.remind(days_before(9, hour=14))
    parked = scene.sent

    set_enabled(scene.store, "northwind", enabled=True)
    scene.remind(days_before(9, hour=16))

    assert (parked, scene.sent) == ([], [("reminder", 10)])


def test_a_row_parked_so_long_that_a_tighter_one_is_due_is_superseded(scene: Scene) -> None:
    scene.claim(days_before(9))
    set_enabled(scene.store, "northwind", enabled=False)

    set_enabled(scene.store, "northwind", enabled=True)
    scene.remind(days_before(2))

    assert scene.sent == [("reminder", 3)]
    assert [row.key.milestone for row in scene.rows(RowState.SUPERSEDED)] == [10]


@pytest.mark.fault("L2")
def test_a_removed_instance_says_farewell_once_and_no_more(scene: Scene) -> None:
    scene.remind(days_before(9))

    remove(scene.operating, "northwind", days_before(8))
    for hour in (13, 14, 15):
        scene.remind(days_before(0, hour=hour))

    assert scene.sent == [("reminder", 10), ("resolved", None)]
    farewell = scene.publisher.published[-1]
    assert farewell.headline == "Northwind: license not watched any more"
    assert (farewell.expires_at, farewell.days_left) == (None, None)
    assert "removed from Lapsewatch" in farewell.text


def test_a_removed_instance_that_nobody_was_alerted_about_goes_silently(scene: Scene) -> None:
    remove(scene.operating, "northwind", days_before(11))
    scene.remind(days_before(1))

    assert scene.sent == []


def test_what_was_claimed_but_not_sent_when_it_was_removed_is_cancelled(scene: Scene) -> None:
    scene.claim(days_before(9))

    remove(scene.operating, "northwind", days_before(8))
    scene.remind(days_before(8, hour=14))
    scene.remind(days_before(8, hour=18))

    assert scene.sent == []
    assert len(scene.rows(RowState.CANCELLED)) == 2


def test_the_farewell_waits_for_a_paused_instance_no_more(scene: Scene) -> None:
    scene.remind(days_before(9))
    set_enabled(scene.store, "northwind", enabled=False)

    remove(scene.operating, "northwind", days_before(8))
    scene.remind(days_before(8, hour=14))

    assert scene.sent[-1] == ("resolved", None)


@pytest.mark.fault("L2")
def test_an_id_that_comes_back_is_reminded_of_again(scene: Scene) -> None:
    scene.remind(days_before(9))
    remove(scene.operating, "northwind", days_before(8))
    scene.remind(days_before(8, hour=14))

    scene.add()
    scene.poll(days_before(7))
    scene.remind(days_before(7))

    assert scene.sent == [("reminder", 10), ("resolved", None), ("reminder", 10)]


def test_an_id_that_comes_back_before_its_farewell_was_sent_still_says_it(scene: Scene) -> None:
    scene.remind(days_before(9))
    remove(scene.operating, "northwind", days_before(8))
    scene.add()

    scene.remind(days_before(8, hour=14))

    assert scene.sent == [("reminder", 10), ("resolved", None)]


@pytest.mark.parametrize(
    "change",
    [
        lambda store: set_enabled(store, "nobody", enabled=False),
        lambda store: remove(Operating(store, store, DEFAULT_RULES), "nobody", days_before(8)),
        lambda store: accept_no_expiry(Operating(store, store, DEFAULT_RULES), "nobody", Clock.LICENSE, days_before(8)),
    ],
    ids=["pause", "remove", "accept"],
)
def test_an_unknown_instance_is_said_to_be_unknown(change: Callable[[FakeStore], None]) -> None:
    with pytest.raises(UnknownInstanceError, match="nobody"):
        change(FakeStore())


def test_a_change_that_keeps_losing_says_that_the_instance_is_busy(scene: Scene) -> None:
    class Contested(FakeStore):
        def retire(self, *_: object) -> None:
            raise ConflictError

    contested = Contested()
    contested.configs, contested.states = scene.store.configs, scene.store.states

    with pytest.raises(InstanceBusyError):
        remove(Operating(contested, contested, DEFAULT_RULES), "northwind", days_before(8))


def test_a_wider_ladder_is_in_force_after_the_next_poll(scene: Scene) -> None:
    scene.rules = ReminderRules({**scene.rules.ladders, Clock.LICENSE: ladder_of((30, 10))}, 8)
    scene.poll(days_before(12))

    scene.remind(days_before(12, hour=14))

    assert scene.sent == [("reminder", 30)]


def test_an_instance_that_owes_nothing_after_all_is_put_where_it_belongs(scene: Scene) -> None:
    scene.rules = ReminderRules({**scene.rules.ladders, Clock.LICENSE: ladder_of((5, 1))}, 8)

    first = scene.remind(days_before(9))
    second = scene.remind(days_before(9, hour=14))
    scene.remind(days_before(5))

    assert (first["reindexed"], second["reindexed"]) == (1, 0)
    assert scene.sent == [("reminder", 5)]


def test_an_instance_that_moves_west_is_reminded_at_its_own_hour(scene: Scene) -> None:
    scene.store.register(replace(scene.store.configs["northwind"], zone=ZoneInfo("Pacific/Honolulu")))

    scene.remind(days_before(10, hour=13))
    early = scene.sent
    scene.remind(days_before(10, hour=18))

    assert (early, scene.sent) == ([], [("reminder", 10)])


def test_a_date_that_the_pbx_stopped_giving_ends_when_an_operator_accepts_it(scene: Scene) -> None:
    scene.remind(days_before(9))
    scene.says(None, maintenance=EXPIRY + 300 * DAY)
    scene.poll(days_before(8))

    accept_no_expiry(scene.operating, "northwind", Clock.LICENSE, days_before(8))
    scene.remind(days_before(8, hour=14))
    scene.poll(days_before(7))
    scene.remind(days_before(1))

    assert scene.sent == [("reminder", 10), ("resolved", None)]
    assert "no end any more" in scene.publisher.published[-1].headline
    assert scene.state().perpetual
    assert scene.state().note is None


def test_a_date_that_the_pbx_still_gives_is_not_ended_by_an_operator(scene: Scene) -> None:
    with pytest.raises(InvalidRequestError, match="usable license date"):
        accept_no_expiry(scene.operating, "northwind", Clock.LICENSE, days_before(8))


@pytest.mark.parametrize(("missing", "given"), [(Clock.LICENSE, Clock.MAINTENANCE), (Clock.MAINTENANCE, Clock.LICENSE)])
def test_a_date_that_the_last_read_gave_is_not_ended_because_the_other_is_missing(
    scene: Scene, missing: Clock, given: Clock
) -> None:
    both = {Clock.LICENSE: EXPIRY, Clock.MAINTENANCE: EXPIRY + 100 * DAY}
    scene.says(both[Clock.LICENSE], maintenance=both[Clock.MAINTENANCE])
    scene.poll(days_before(11))
    half = {**both, missing: None}
    scene.says(half[Clock.LICENSE], maintenance=half[Clock.MAINTENANCE])
    scene.poll(days_before(10))

    with pytest.raises(InvalidRequestError, match=f"usable {given} date"):
        accept_no_expiry(scene.operating, "northwind", given, days_before(9))
    accept_no_expiry(scene.operating, "northwind", missing, days_before(9))

    assert set(scene.state().series) == {given}
    assert scene.state().notes == {}


def test_a_license_that_never_gave_a_usable_date_is_perpetual_once_an_operator_says_so() -> None:
    scene = Scene()
    scene.add()
    placeholder = (("expires_at", "a placeholder before the year 2000"),)
    scene.pbx.readings["northwind"] = observation(perpetual_license(EXPIRY + 300 * DAY), rejected=placeholder)
    scene.poll(days_before(12))
    unknown = scene.state().perpetual

    accept_no_expiry(scene.operating, "northwind", Clock.LICENSE, days_before(12))
    scene.poll(days_before(11))

    assert (unknown, scene.state().perpetual) == (False, True)
    with pytest.raises(InvalidRequestError, match="No license date"):
        accept_no_expiry(scene.operating, "northwind", Clock.LICENSE, days_before(11))


def test_a_clock_that_never_ran_cannot_be_ended(scene: Scene) -> None:
    with pytest.raises(InvalidRequestError, match="No maintenance date"):
        accept_no_expiry(scene.operating, "northwind", Clock.MAINTENANCE, days_before(8))


def test_a_date_that_comes_back_after_it_was_accepted_as_gone_reminds_again(scene: Scene) -> None:
    scene.says(None)
    scene.poll(days_before(11))
    accept_no_expiry(scene.operating, "northwind", Clock.LICENSE, days_before(11))

    scene.says(EXPIRY)
    scene.poll(days_before(9))
    scene.remind(days_before(9, hour=14))

    assert scene.sent == [("reminder", 10)]
