"""What polling does with a batch of PBXs that answer, fail, or are not to be visited."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import Reason
from lapsewatch.domain.ways import ways_in
from lapsewatch.errors import ConflictError
from lapsewatch.poll import LATE_LANE, dispatch, poll

from tests.fakes import FakeQueue
from tests.scenes import EXPIRY, Scene, days_before

NOW = days_before(30)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    for name in ("northwind", "harbor", "alder"):
        scene.add(name)
        scene.says(EXPIRY, name)
    return scene


def test_dispatch_queues_every_instance_but_paused_ones(scene: Scene) -> None:
    scene.add("paused", enabled=False)
    queue = FakeQueue()

    counts = dispatch(scene.store, queue)

    assert sorted(queue.sent) == ["alder", "harbor", "northwind"]
    assert counts == {"dispatched": 3, "undispatched": 0}


def test_a_batch_is_read_and_stored(scene: Scene) -> None:
    polled = scene.poll(NOW)

    assert polled.counts["polled"] == 3
    assert polled.failed_ids == []
    assert {state.series[Clock.LICENSE].expires_at for state in scene.store.states.values()} == {EXPIRY}


def test_a_failed_read_keeps_the_last_good_observation_and_its_reason(scene: Scene) -> None:
    scene.poll(NOW)
    scene.fails(Reason.TIMEOUT, "harbor")

    polled = scene.poll(NOW + timedelta(hours=1))

    assert (polled.counts["polled"], polled.counts["poll_failed"]) == (2, 1)
    harbor = scene.state("harbor")
    assert (harbor.reason, harbor.observed_at) == (Reason.TIMEOUT, NOW)
    assert harbor.license is not None
    assert harbor.license.expires_at == EXPIRY


@pytest.mark.fault("S7")
def test_one_result_that_cannot_be_stored_is_the_only_one_tried_again(scene: Scene) -> None:
    record = scene.store.record

    def refuse_harbor(before: object, *rest: object) -> None:
        if before.instance_id == "harbor":  # type: ignore[attr-defined]
            raise RuntimeError("the table is away")
        record(before, *rest)  # type: ignore[arg-type]

    scene.store.record = refuse_harbor  # type: ignore[assignment, method-assign]

    polled = scene.poll(NOW)

    assert polled.failed_ids == ["harbor"]
    assert polled.counts["polled"] == 2


@pytest.mark.fault("S9")
def test_unknown_and_paused_instances_are_done_without_a_visit(scene: Scene) -> None:
    scene.add("paused", enabled=False)

    polled = scene.poll(NOW, "paused", "nobody")

    assert polled.counts["skipped"] == 2
    assert polled.failed_ids == []
    assert scene.pbx.visits == []
    assert "nobody" not in scene.store.states


@pytest.mark.fault("C3")
def test_an_instance_without_a_secret_says_so_and_the_others_go_on(scene: Scene) -> None:
    scene.secrets.missing = {"harbor"}

    scene.poll(NOW)

    assert scene.state("harbor").reason is Reason.SECRET_MISSING
    assert scene.state("alder").reason is None


@pytest.mark.fault("P14")
def test_bad_credentials_are_fetched_anew_and_after_three_failures_tried_only_daily(scene: Scene) -> None:
    scene.fails(Reason.BAD_CREDENTIALS, "harbor")

    for hour in range(6):
        scene.poll(NOW + timedelta(hours=hour), "harbor")
    scene.poll(NOW + timedelta(hours=27), "harbor")

    assert scene.pbx.visits.count("harbor") == 4
    assert scene.secrets.forgotten == ["harbor"] * 4


@pytest.mark.fault("P14")
def test_the_way_that_was_found_comes_first_and_the_one_that_refused_comes_last() -> None:
    scene = Scene()
    scene.add(access=Access.AUTO)
    scene.says(EXPIRY)
    scene.found(Access.USER_LOGIN)
    scene.poll(NOW)
    scene.fails(Reason.BAD_CREDENTIALS)
    scene.found(Access.USER_LOGIN)
    scene.poll(NOW + timedelta(hours=1))
    scene.poll(NOW + timedelta(hours=2))

    assert [ways[0] for ways in scene.pbx.ways[:2]] == [Access.API_CLIENT, Access.USER_LOGIN]
    assert scene.pbx.ways[2][-1] is Access.USER_LOGIN


@pytest.mark.fault("P22")
def test_a_slow_poll_does_not_overwrite_what_a_refresh_stored_meanwhile(scene: Scene) -> None:
    scene.poll(NOW)
    renewed = EXPIRY + timedelta(days=365)

    def refresh_meanwhile() -> None:
        scene.pbx.during_visit = lambda: None
        scene.says(renewed)
        refresh_elsewhere = Thread(target=scene.refresh, args=(NOW,))
        refresh_elsewhere.start()
        refresh_elsewhere.join()

    scene.pbx.during_visit = refresh_meanwhile

    polled = scene.poll(NOW + timedelta(minutes=1), "northwind")

    assert polled.counts["outdated"] == 1
    assert scene.state().series[Clock.LICENSE].expires_at == renewed


@pytest.mark.parametrize("reason", [None, Reason.BAD_CREDENTIALS])
def test_what_the_former_address_said_is_not_stored_once_another_is_given(scene: Scene, reason: Reason | None) -> None:
    if reason is not None:
        scene.fails(reason)
    moved = replace(scene.store.configs["northwind"], address="new.3cx.us")
    scene.pbx.during_visit = lambda: scene.store.register(moved)

    polled = scene.poll(NOW, "northwind")

    assert polled.counts["outdated"] == 1
    assert (scene.state().license, scene.state().reason) == (None, None)


def test_corrected_credentials_are_tried_by_the_likeliest_way_at_once(scene: Scene) -> None:
    instance = scene.add("harbor", access=Access.AUTO)
    scene.fails(Reason.BAD_CREDENTIALS, "harbor")
    scene.found(Access.API_CLIENT, "harbor")
    for hour in (9, 10, 11):
        scene.poll(days_before(10, hour=hour), "harbor")

    scene.store.register(replace(instance, secret_name="/lapsewatch/test/pbx/harbor/2"))
    scene.pbx.ways.clear()
    scene.poll(days_before(10, hour=12), "harbor")

    assert scene.pbx.ways == [ways_in(Access.AUTO, scene.secrets.known)]


def test_a_claim_in_between_does_not_lose_the_reading(scene: Scene) -> None:
    scene.poll(days_before(10), "northwind")

    def remind_meanwhile() -> None:
        scene.remind(days_before(10))

    scene.pbx.during_visit = remind_meanwhile

    scene.says(EXPIRY + timedelta(days=365))
    polled = scene.poll(days_before(10), "northwind")

    assert polled.counts["polled"] == 1
    assert polled.counts["resolves_owed"] == 1


def test_an_instance_being_refreshed_is_left_alone(scene: Scene) -> None:
    scene.store.begin_refresh(scene.state(), NOW, NOW + timedelta(seconds=35))

    polled = scene.poll(NOW, "northwind")

    assert polled.counts["skipped"] == 1


def test_a_change_asks_for_a_new_page_and_a_renewal_for_its_resolve(scene: Scene) -> None:
    scene.poll_and_follow_up(days_before(10))
    scene.remind(days_before(10))
    scene.poll_and_follow_up(days_before(10) + timedelta(hours=1))
    assert (scene.render.started_soon, scene.remind_job.started_soon) == (1, 0)

    scene.says(EXPIRY + timedelta(days=365))
    scene.poll_and_follow_up(days_before(9))

    assert (scene.render.started_soon, scene.remind_job.started_soon) == (2, 1)


def test_the_batches_of_one_cycle_ask_for_one_page_between_them(scene: Scene) -> None:
    for seconds, instance_id in enumerate(("northwind", "harbor", "alder")):
        scene.poll_and_follow_up(NOW + timedelta(seconds=seconds), instance_id)

    assert scene.render.started_soon == 1


def test_a_state_that_never_stops_moving_is_left_to_the_queue(scene: Scene) -> None:
    def always_late(*_: object) -> None:
        raise ConflictError

    scene.store.record = always_late  # type: ignore[assignment, method-assign]

    assert scene.poll(NOW, "alder").failed_ids == ["alder"]


@pytest.mark.fault("N12")
def test_a_vendor_wide_move_owes_as_many_resolves_as_there_were_alerts() -> None:
    scene = Scene()
    for number in range(500):
        near = number < 40
        scene.add(f"pbx-{number}")
        scene.says(EXPIRY if near else EXPIRY + timedelta(days=100), f"pbx-{number}")
    scene.poll(days_before(11))
    scene.remind(days_before(10))
    for number in range(500):
        moved = EXPIRY + timedelta(days=91 if number < 40 else 191)
        scene.says(moved, f"pbx-{number}")

    scene.poll(days_before(9))
    scene.remind(days_before(9))

    events = [event for event, _ in scene.sent]
    assert (events.count("reminder"), events.count("resolved")) == (40, 40)


def test_who_let_us_wait_is_put_off_to_a_batch_of_its_own_once(scene: Scene) -> None:
    scene.fails(Reason.TIMEOUT, "harbor")
    scene.poll(NOW)
    later = NOW + timedelta(hours=1)

    polled = poll(scene.polling, ["northwind", "harbor", "alder"], later)

    assert (polled.counts["polled"], polled.counts["put_off"]) == (2, 1)
    assert scene.queue.later == [("harbor", LATE_LANE)]
    assert poll(scene.polling, ["harbor"], later + LATE_LANE, late={"harbor"}).counts["poll_failed"] == 1


@pytest.mark.parametrize("late", [{"harbor"}, set[str]()], ids=["put off before", "alone"])
def test_who_was_put_off_or_is_alone_is_visited(scene: Scene, late: set[str]) -> None:
    scene.fails(Reason.TIMEOUT, "harbor")
    scene.poll(NOW)
    scene.says(EXPIRY, "harbor")
    batch = ["northwind", "harbor"] if late else ["harbor"]

    polled = poll(scene.polling, batch, NOW + timedelta(hours=1), late)

    assert (polled.counts["polled"], scene.queue.later) == (len(batch), [])


def test_who_cannot_be_put_off_is_visited_with_the_others(scene: Scene) -> None:
    scene.fails(Reason.TIMEOUT, "harbor")
    scene.poll(NOW)
    scene.queue.full = True

    polled = scene.poll(NOW + timedelta(hours=1))

    assert (polled.counts["polled"], polled.counts["poll_failed"]) == (2, 1)


@pytest.mark.parametrize("reason", [Reason.UNREACHABLE, Reason.BAD_ANSWER])
def test_who_failed_at_once_lets_nobody_wait_and_is_not_put_off(scene: Scene, reason: Reason) -> None:
    scene.fails(reason, "harbor")
    scene.poll(NOW)

    scene.poll(NOW + timedelta(hours=1))

    assert scene.queue.later == []
