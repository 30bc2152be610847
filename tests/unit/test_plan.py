"""A dry run says exactly what a real run would send, and changes nothing."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lapsewatch.lifecycle import remove, set_enabled
from lapsewatch.remind import plan, remind

from tests.fakes import FakeStore
from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)


class ReadOnly(FakeStore):
    """A store in which every write is an error."""

    def _refuse(self, *_: object) -> None:
        raise AssertionError("a dry run wrote something")

    claim = reindex = lease = mark_sent = release = postpone = settle = bury = _refuse  # type: ignore[assignment]


def read_only(scene: Scene) -> Scene:
    store = ReadOnly()
    store.configs, store.states = dict(scene.store.configs), dict(scene.store.states)
    store.due, store.ledger = dict(scene.store.due), dict(scene.store.ledger)
    return Scene(store=store, rules=scene.rules)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(12))
    return scene


def test_a_dry_run_foretells_a_reminder(scene: Scene) -> None:
    dry = read_only(scene)

    assert plan(dry.delivery(), days_before(11)) == []
    [notice] = plan(dry.delivery(), days_before(3))

    assert (notice.milestone, notice.days_left, notice.instance_id) == (3, 3, "northwind")
    assert dry.publisher.messages == []


def test_a_dry_run_knows_what_a_tighter_milestone_takes_the_place_of(scene: Scene) -> None:
    scene.seconds_left = 0
    scene.remind(days_before(9))

    assert [notice.milestone for notice in plan(read_only(scene).delivery(), days_before(2))] == [3]


def test_a_dry_run_leaves_out_what_is_paused_or_removed(scene: Scene) -> None:
    scene.remind(days_before(9))
    set_enabled(scene.store, "northwind", enabled=False)
    paused = plan(read_only(scene).delivery(), days_before(1))
    remove(scene.operating, "northwind", days_before(8))

    [farewell] = plan(read_only(scene).delivery(), days_before(1))

    assert paused == []
    assert farewell.event == "resolved"


moves = st.lists(st.tuples(st.integers(0, 4), st.integers(-40, 400), st.integers(0, 23)), min_size=1, max_size=12)


@settings(deadline=None, max_examples=60)
@given(moves=moves, hours=st.integers(0, 20 * 24))
def test_a_dry_run_and_the_run_after_it_name_the_same_notices(moves: list[tuple[int, int, int]], hours: int) -> None:
    scene = Scene()
    now = days_before(20)
    for number, days, pause in moves:
        name = f"pbx-{number}"
        if name not in scene.store.configs:
            scene.add(name)
        scene.says(now + days * DAY, name, maintenance=now + (days + 30) * DAY if pause % 3 else None)
        scene.poll(now, name)
        scene.seconds_left = 0 if pause % 5 == 0 else 300
        scene.remind(now)
        now += timedelta(hours=pause)
    now += timedelta(hours=hours)
    scene.seconds_left = 300

    foretold = plan(read_only(scene).delivery(), now)
    before = len(scene.publisher.published)
    remind(scene.delivery(), now)

    sent = scene.publisher.published[before:]
    assert sorted(map(repr, foretold)) == sorted(map(repr, sent))
