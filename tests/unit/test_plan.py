"""A dry run says exactly what a real run would send, and changes nothing."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import DeliveryFailedError
from lapsewatch.lifecycle import remove, set_enabled
from lapsewatch.rehearsal import rehearse
from lapsewatch.remind import remind

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
    return Scene(store=store, rules=scene.rules, moves=scene.moves, digest_over=scene.digest_over)


def messages(scene: Scene, now: datetime) -> list[Notice | Digest | Summary]:
    """Return what a dry run foretells."""
    dry = read_only(scene)
    foretold = rehearse(dry.delivery(), dry.moves, now)
    assert dry.publisher.messages == []
    return list(foretold.messages)


def plan(scene: Scene, now: datetime) -> list[Notice]:
    """Return the notices that a dry run foretells, one message each."""
    foretold = messages(scene, now)
    notices = [message for message in foretold if isinstance(message, Notice)]
    assert notices == foretold
    return notices


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(12))
    return scene


def test_a_dry_run_foretells_a_reminder(scene: Scene) -> None:
    assert plan(scene, days_before(11)) == []
    [notice] = plan(scene, days_before(3))

    assert (notice.milestone, notice.days_left, notice.instance_id) == (3, 3, "northwind")


def test_a_dry_run_knows_what_a_tighter_milestone_takes_the_place_of(scene: Scene) -> None:
    scene.claim(days_before(9))

    assert [notice.milestone for notice in plan(scene, days_before(2))] == [3]


def test_a_dry_run_leaves_out_what_is_paused_or_removed(scene: Scene) -> None:
    scene.remind(days_before(9))
    set_enabled(scene.store, "northwind", enabled=False)
    paused = plan(scene, days_before(1))
    remove(scene.operating, "northwind", days_before(8))

    [farewell] = plan(scene, days_before(1))

    assert paused == []
    assert farewell.event == "resolved"


def test_a_dry_run_foretells_a_resolve_whose_reminder_is_settled_by_the_same_run(scene: Scene) -> None:
    scene.remind(days_before(9))
    scene.claim(days_before(3))
    scene.says(EXPIRY + 365 * DAY)
    scene.poll(days_before(2))

    assert [notice.event for notice in plan(scene, days_before(2))] == ["resolved"]


def test_a_dry_run_foretells_digests_and_the_summary_of_a_sweep() -> None:
    scene = Scene()
    for number in range(12):
        scene.add(f"pbx-{number:02}")
        scene.says(EXPIRY, f"pbx-{number:02}")
    scene.poll(days_before(12))
    scene.remind(days_before(9))
    for number in range(12):
        scene.says(EXPIRY + 90 * DAY, f"pbx-{number:02}")
    scene.poll_and_follow_up(days_before(8))

    [resolves, summary] = messages(scene, days_before(8) + timedelta(hours=1))

    assert isinstance(resolves, Digest)
    assert len(resolves.notices) == 12
    assert isinstance(summary, Summary)


def test_what_cannot_be_read_is_counted_and_hides_nothing_else(scene: Scene) -> None:
    scene.add("harbor")
    scene.says(EXPIRY, "harbor")
    scene.poll(days_before(12))
    scene.remind(days_before(9))
    scene.publisher.answers = [DeliveryFailedError()]
    scene.remind(days_before(3))
    dry = read_only(scene)
    # Its CONFIG names a zone that is none, say: it is due, and left out of what can be read.
    dry.store.configs.pop("harbor")

    foretold = rehearse(dry.delivery(), dry.moves, days_before(1))

    assert [message.instance_id for message in foretold.messages if isinstance(message, Notice)] == ["northwind"]
    assert foretold.failed == 1


moves = st.lists(st.tuples(st.integers(0, 4), st.integers(-40, 400), st.integers(0, 23)), min_size=1, max_size=12)


@settings(deadline=None, max_examples=60)
@given(moves=moves, hours=st.integers(0, 20 * 24))
def test_a_dry_run_and_the_run_after_it_send_the_same_in_order(moves: list[tuple[int, int, int]], hours: int) -> None:
    scene = Scene()
    now = days_before(20)
    for number, days, pause in moves:
        name = f"pbx-{number}"
        if name not in scene.store.configs:
            scene.add(name)
        scene.says(now + days * DAY, name, maintenance=now + (days + 30) * DAY if pause % 3 else None)
        scene.poll(now, name)
        (scene.claim if pause % 5 == 0 else scene.remind)(now)
        now += timedelta(hours=pause)
    now += timedelta(hours=hours)

    foretold = plan(scene, now)
    before = len(scene.publisher.published)
    remind(scene.delivery(), now)

    sent = scene.publisher.published[before:]
    assert sorted(map(repr, foretold)) == sorted(map(repr, sent))
