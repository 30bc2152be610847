"""An acknowledged cycle: its wide milestones are silent for a while, the last one and the lapse never are."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from lapsewatch.acknowledge import acknowledge
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import RowState
from lapsewatch.domain.overview import Watched, status_row
from lapsewatch.errors import InvalidRequestError, UnknownInstanceError

from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(12))
    return scene


def take_note(scene: Scene, days: int, until: date | None = None, reason: str = "order 4711 is placed") -> None:
    now = days_before(days)
    taken = Acknowledgement("Kim", reason, now, until)
    acknowledge(scene.operating, "northwind", Clock.LICENSE, taken, now)


def run_to_the_end(scene: Scene) -> None:
    """Poll and remind every four hours from twelve days before the expiry to three days after it."""
    for hours in range(0, 15 * 24, 4):
        now = days_before(12) + timedelta(hours=hours)
        scene.poll(now)
        scene.remind(now)


def test_an_acknowledged_cycle_speaks_at_its_last_milestone_and_its_lapse_only(scene: Scene) -> None:
    take_note(scene, 12)

    run_to_the_end(scene)

    assert scene.sent == [("reminder", 1), ("expired", 0)]


def test_an_acknowledgement_ends_with_its_last_day(scene: Scene) -> None:
    take_note(scene, 12, until=date(2026, 6, 15))

    scene.remind(days_before(5, hour=23))
    on_the_last_day = scene.sent
    scene.remind(days_before(4, hour=12))

    assert (on_the_last_day, scene.sent) == ([], [("reminder", 10)])
    assert scene.publisher.published[0].days_left == 4


def test_after_its_last_day_only_the_tightest_crossed_milestone_speaks(scene: Scene) -> None:
    take_note(scene, 12, until=date(2026, 6, 17))

    run_to_the_end(scene)

    assert scene.sent == [("reminder", 3), ("reminder", 1), ("expired", 0)]


def test_an_acknowledgement_can_be_taken_back(scene: Scene) -> None:
    take_note(scene, 12)
    scene.remind(days_before(9))

    acknowledge(scene.operating, "northwind", Clock.LICENSE, None, days_before(8))
    scene.remind(days_before(8, hour=14))

    assert scene.sent == [("reminder", 10)]


def test_a_row_that_was_claimed_before_waits_and_is_sent_when_it_is_taken_back(scene: Scene) -> None:
    scene.claim(days_before(9))
    take_note(scene, 9)
    scene.remind(days_before(9, hour=14))
    silent = scene.sent

    acknowledge(scene.operating, "northwind", Clock.LICENSE, None, days_before(8))
    scene.remind(days_before(8, hour=14))

    assert (silent, scene.sent) == ([], [("reminder", 10)])


def test_a_row_that_waits_is_superseded_by_the_last_milestone(scene: Scene) -> None:
    scene.claim(days_before(9))
    take_note(scene, 9)

    run_to_the_end(scene)

    assert scene.sent == [("reminder", 1), ("expired", 0)]
    assert [row.key.milestone for row in scene.rows(RowState.SUPERSEDED)] == [10]


def test_a_new_date_ends_an_acknowledgement(scene: Scene) -> None:
    take_note(scene, 12)
    scene.says(EXPIRY + 2 * DAY)
    scene.poll(days_before(9))

    scene.remind(days_before(8))

    assert scene.state().series[Clock.LICENSE].acknowledged is None
    assert scene.sent == [("reminder", 10)]


def test_jitter_does_not_end_an_acknowledgement(scene: Scene) -> None:
    take_note(scene, 12)
    scene.says(EXPIRY + timedelta(hours=2))

    scene.poll(days_before(9))
    scene.remind(days_before(8))

    assert scene.sent == []


def test_the_other_clock_still_speaks(scene: Scene) -> None:
    scene.says(EXPIRY, maintenance=EXPIRY + 25 * DAY)
    scene.poll(days_before(11))
    take_note(scene, 11)

    scene.remind(days_before(9))

    assert [notice.clock for notice in scene.publisher.published] == [Clock.MAINTENANCE]


def test_a_silent_instance_costs_no_run_anything(scene: Scene) -> None:
    take_note(scene, 12)
    scene.remind(days_before(9))

    assert list(scene.store.due_instances(days_before(2))) == []
    assert list(scene.store.due_instances(days_before(1))) == ["northwind"]


def test_a_paused_instance_stays_out_of_the_index_when_it_is_acknowledged(scene: Scene) -> None:
    scene.store.set_enabled(scene.store.configs["northwind"], enabled=False)

    take_note(scene, 12)

    assert list(scene.store.due_instances(EXPIRY + 400 * DAY)) == []


def test_the_page_says_who_took_note_and_until_when(scene: Scene) -> None:
    take_note(scene, 12, until=date(2026, 6, 15))
    watched = Watched(scene.store.configs["northwind"], scene.state())

    row = status_row(watched, days_before(9), scene.rules, "")
    after = status_row(watched, days_before(3), scene.rules, "")

    assert row.acknowledged_until == days_before(4, hour=12)
    assert row.acknowledged == "Kim: order 4711 is placed"
    assert row.next_reminder_at == days_before(4, hour=12)
    assert after.acknowledged_until is None


@pytest.mark.parametrize("until", [None, date(2026, 6, 18), date(2026, 6, 25)])
def test_an_acknowledgement_is_shown_up_to_the_last_milestone_which_speaks_all_the_same(
    scene: Scene, until: date | None
) -> None:
    take_note(scene, 12, until=until)
    watched = Watched(scene.store.configs["northwind"], scene.state())

    row = status_row(watched, days_before(9), scene.rules, "")

    assert row.acknowledged_until == row.next_reminder_at == days_before(1, hour=12)
    assert status_row(watched, days_before(1, hour=12), scene.rules, "").acknowledged_until is None


def test_the_page_says_who_took_note_of_maintenance_beside_a_license(scene: Scene) -> None:
    scene.says(EXPIRY, maintenance=EXPIRY + 40 * DAY)
    scene.poll(days_before(12))
    taken = Acknowledgement("Kim", "order 4711", days_before(12), None)

    acknowledge(scene.operating, "northwind", Clock.MAINTENANCE, taken, days_before(12))

    row = status_row(Watched(scene.store.configs["northwind"], scene.state()), days_before(9), scene.rules, "")
    assert (row.acknowledged_until, row.acknowledged) == (None, None)
    seven_days_before = days_before(-33, hour=12)
    assert row.maintenance_acknowledged_until == seven_days_before
    assert row.maintenance_acknowledged == "Kim: order 4711"


@pytest.mark.parametrize(
    ("reason", "until", "named"),
    [
        ("", None, "reason"),
        ("x" * 301, None, "reason"),
        ("a\nb", None, "reason"),
        ("a\x00b", None, "reason"),
        ("fine", date(2026, 6, 7), "until"),
        ("fine", date(9999, 12, 31), "until"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(scene: Scene, reason: str, until: date | None, named: str) -> None:
    with pytest.raises(InvalidRequestError, match=named):
        take_note(scene, 12, until=until, reason=reason)

    assert scene.state().series[Clock.LICENSE].acknowledged is None


def test_a_clock_without_a_date_cannot_be_acknowledged(scene: Scene) -> None:
    taken = Acknowledgement("Kim", "why not", days_before(9), None)

    with pytest.raises(InvalidRequestError, match="maintenance"):
        acknowledge(scene.operating, "northwind", Clock.MAINTENANCE, taken, days_before(9))
    with pytest.raises(UnknownInstanceError):
        acknowledge(scene.operating, "nobody", Clock.LICENSE, taken, days_before(9))


def test_a_poll_that_interferes_does_not_lose_the_acknowledgement(scene: Scene) -> None:
    polls = [days_before(11)]
    correct = scene.store.correct

    class Busy(type(scene.store)):  # type: ignore[misc]
        def correct(self, *args: object) -> None:
            if polls:
                scene.poll(polls.pop())
            correct(*args)  # type: ignore[arg-type]

    busy = Busy()
    busy.configs, busy.states, busy.due, busy.ledger = (
        scene.store.configs,
        scene.store.states,
        scene.store.due,
        scene.store.ledger,
    )
    taken = Acknowledgement("Kim", "order", days_before(11), None)
    acknowledge(replace(scene.operating, fleet=busy, states=busy), "northwind", Clock.LICENSE, taken, days_before(11))

    assert scene.state().series[Clock.LICENSE].acknowledged == taken
