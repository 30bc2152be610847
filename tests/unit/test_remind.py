"""The promise of the reminders, told as what happens from day to day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.ledger import RowState
from lapsewatch.domain.license import Reason
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import ConflictError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError

from tests.scenes import EXPIRY, Scene, days_before


@pytest.fixture
def scene() -> Scene:
    """Return Northwind, polled eleven days before its license ends."""
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(11))
    return scene


def pause(scene: Scene, *, enabled: bool) -> None:
    instance: Instance = scene.store.configs["northwind"]
    scene.store.register(replace(instance, enabled=enabled))


def test_each_milestone_goes_out_once_and_then_the_lapse(scene: Scene) -> None:
    for day in range(11, -3, -1):
        for _ in range(3):
            scene.remind(days_before(day, hour=17))

    assert scene.sent == [("reminder", 10), ("reminder", 3), ("reminder", 1), ("expired", 0)]
    severities = [notice.severity for notice in scene.publisher.published]
    assert severities == [Severity.INFO, Severity.WARNING, Severity.CRITICAL, Severity.CRITICAL]


@pytest.mark.fault("S1")
def test_five_runs_on_one_day_send_one_message(scene: Scene) -> None:
    for _ in range(5):
        scene.remind(days_before(10))

    assert scene.sent == [("reminder", 10)]


def test_nothing_goes_out_before_the_reminder_hour(scene: Scene) -> None:
    scene.remind(days_before(10, hour=11))

    assert scene.sent == []


def test_the_wider_milestone_does_not_speak_while_the_tighter_one_waits_for_the_hour() -> None:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(3, hour=10))

    scene.remind(days_before(3, hour=11))
    scene.remind(days_before(3, hour=13))

    assert scene.sent == [("reminder", 3)]


@pytest.mark.fault("S3")
def test_after_days_without_a_run_only_the_tightest_speaks_with_the_true_days(scene: Scene) -> None:
    scene.remind(days_before(2))

    assert scene.sent == [("reminder", 3)]
    assert "expires in 2 days" in scene.publisher.published[0].text


@pytest.mark.fault("S3")
def test_after_the_lapse_only_the_lapse_is_told(scene: Scene) -> None:
    scene.remind(days_before(-2))

    assert scene.sent == [("expired", 0)]
    assert "EXPIRED 2 days ago" in scene.publisher.published[0].headline


def test_a_license_first_seen_long_after_its_lapse_wakes_nobody() -> None:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(-31))

    scene.remind(days_before(-31))

    assert scene.sent == []


def test_a_second_cycle_reminds_again(scene: Scene) -> None:
    scene.remind(days_before(10))
    renewed = EXPIRY + timedelta(days=365)
    scene.says(renewed)
    scene.poll(days_before(9))
    scene.remind(days_before(9))

    scene.remind(renewed - timedelta(days=10))

    assert scene.sent == [("reminder", 10), ("resolved", None), ("reminder", 10)]


@pytest.mark.fault("N8")
def test_a_renewal_before_the_first_attempt_cancels_the_reminder_and_owes_no_resolve(scene: Scene) -> None:
    scene.claim(days_before(10))
    scene.says(EXPIRY + timedelta(days=365))
    scene.poll(days_before(9))

    scene.remind(days_before(9))
    scene.remind(days_before(9) + timedelta(hours=2))

    assert scene.sent == []
    assert {row.state for row in scene.store.ledger.values()} == {RowState.CANCELLED}


@pytest.mark.fault("N9")
def test_a_renewal_after_an_attempt_of_unknown_outcome_is_resolved(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryUnknownError()]
    scene.publisher.taken_before_failing = True
    scene.remind(days_before(10))
    scene.says(EXPIRY + timedelta(days=365))
    scene.poll(days_before(9))

    scene.remind(days_before(9))
    scene.remind(days_before(9) + timedelta(hours=2))

    assert scene.sent == [("reminder", 10), ("resolved", None)]
    assert len(scene.rows(RowState.MAYBE)) == 1


def test_a_new_date_still_inside_the_window_resolves_nothing_but_a_later_one_does(scene: Scene) -> None:
    scene.remind(days_before(3))
    scene.says(EXPIRY + timedelta(days=4))
    scene.poll(days_before(2))
    scene.remind(days_before(2))
    scene.says(EXPIRY + timedelta(days=365))
    scene.poll(days_before(1))
    scene.remind(days_before(1))

    assert scene.sent == [("reminder", 3), ("reminder", 10), ("resolved", None)]


def test_a_missing_date_never_closes_anything(scene: Scene) -> None:
    scene.remind(days_before(10))
    scene.says(None)
    scene.poll(days_before(9))

    scene.remind(days_before(3))

    assert scene.sent == [("reminder", 10), ("reminder", 3)]


def test_stale_data_keeps_reminding_and_says_so(scene: Scene) -> None:
    scene.fails(Reason.UNREACHABLE)
    for day in range(10, 3, -1):
        scene.poll(days_before(day))

    scene.remind(days_before(3))

    assert scene.sent == [("reminder", 3)]
    assert "has not answered for 8 days" in scene.publisher.published[0].text
    assert not scene.publisher.published[0].verified


@pytest.mark.fault("N4")
def test_an_unknown_outcome_is_tried_again_only_after_the_lease_with_the_same_event_id(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryUnknownError()]
    scene.publisher.taken_before_failing = True
    scene.remind(days_before(10))

    scene.remind(days_before(10) + timedelta(minutes=5))
    scene.remind(days_before(10) + timedelta(minutes=7))
    scene.remind(days_before(10) + timedelta(minutes=30))

    assert scene.sent == [("reminder", 10), ("reminder", 10)]
    assert len({notice.event_id for notice in scene.publisher.published}) == 1


@pytest.mark.fault("N3")
def test_a_throttled_publish_is_sent_once_later(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryFailedError()]
    scene.remind(days_before(10))

    scene.remind(days_before(10) + timedelta(minutes=2))
    scene.remind(days_before(10) + timedelta(minutes=4))

    assert scene.sent == [("reminder", 10)]


@pytest.mark.fault("N5")
def test_a_message_refused_three_times_is_dead_and_the_others_go_on(scene: Scene) -> None:
    scene.add("harbor")
    scene.says(EXPIRY, "harbor")
    scene.poll(days_before(11))
    scene.publisher.answers = [DeliveryRefusedError(), None, DeliveryRefusedError(), DeliveryRefusedError()]

    for minutes in (0, 5, 15, 40):
        scene.remind(days_before(10) + timedelta(minutes=minutes))

    assert scene.sent == [("reminder", 10)]
    assert len(scene.rows(RowState.DEAD)) == 1


@pytest.mark.fault("L1")
def test_a_paused_instance_gets_what_it_is_owed_when_it_is_enabled_again(scene: Scene) -> None:
    scene.claim(days_before(10))
    pause(scene, enabled=False)
    scene.remind(days_before(9))
    pause(scene, enabled=True)

    scene.remind(days_before(5))

    assert scene.sent == [("reminder", 10)]
    assert "expires in 5 days" in scene.publisher.published[0].headline


def test_an_unsent_reminder_is_superseded_by_a_tighter_one(scene: Scene) -> None:
    scene.claim(days_before(10))

    scene.remind(days_before(3))

    assert scene.sent == [("reminder", 3)]
    assert [row.key.milestone for row in scene.rows(RowState.SUPERSEDED)] == [10]


@pytest.mark.fault("S5")
def test_without_time_left_nothing_is_taken_up_and_the_next_run_sends_it(scene: Scene) -> None:
    scene.seconds_left = 10

    counts = scene.remind(days_before(10))

    assert counts["backlog"] == 1
    assert scene.sent == []
    scene.seconds_left = 300
    scene.remind(days_before(10))
    assert scene.sent == [("reminder", 10)]


@pytest.mark.fault("S6")
def test_one_broken_instance_does_not_stop_the_others(scene: Scene) -> None:
    scene.add("harbor")
    scene.says(EXPIRY, "harbor")
    scene.poll(days_before(11))
    scene.publisher.answers = [RuntimeError("a bug")]

    counts = scene.remind(days_before(10))

    assert counts["failed"] == 1
    assert scene.sent == [("reminder", 10)]


def test_a_perpetual_license_runs_on_maintenance_alone() -> None:
    scene = Scene()
    scene.add()
    scene.says(None, maintenance=EXPIRY)
    scene.poll(days_before(61))

    for day in range(61, -3, -1):
        scene.remind(days_before(day, hour=17))

    assert scene.sent == [("reminder", 60), ("reminder", 30), ("reminder", 7), ("expired", 0)]
    assert "security updates" in scene.publisher.published[0].text


def test_equal_dates_speak_once() -> None:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY, maintenance=EXPIRY + timedelta(hours=1))
    scene.poll(days_before(61))

    for day in range(61, -3, -1):
        scene.remind(days_before(day, hour=17))

    assert scene.sent == [("reminder", 10), ("reminder", 3), ("reminder", 1), ("expired", 0)]


def test_a_claim_that_another_run_won_is_left_to_it(scene: Scene) -> None:
    claim = scene.store.claim

    def lose(*_: object) -> None:
        scene.store.claim = claim  # type: ignore[method-assign]
        scene.remind(days_before(10))
        raise ConflictError

    scene.store.claim = lose  # type: ignore[assignment, method-assign]

    scene.remind(days_before(10))

    assert scene.sent == [("reminder", 10)]


def test_three_customers_each_read_only_their_own_rows() -> None:
    scene = Scene()
    for name in ("northwind", "harbor", "alder"):
        scene.add(name)
        scene.says(EXPIRY, name)
    scene.poll(days_before(11))

    scene.remind(days_before(10))

    names = {"Northwind", "Harbor", "Alder"}
    for notice in scene.publisher.published:
        assert not any(other in notice.text for other in names - {notice.name})


def test_a_resolve_is_checked_once_more_before_it_is_sent(scene: Scene) -> None:
    scene.remind(days_before(9))
    scene.says(EXPIRY + timedelta(days=365))
    scene.poll(days_before(8))
    scene.says(EXPIRY - timedelta(days=1))
    scene.poll(days_before(8) + timedelta(hours=1))

    scene.remind(days_before(8) + timedelta(hours=2))
    scene.says(EXPIRY + timedelta(days=400))
    scene.poll(days_before(7))
    scene.remind(days_before(7))

    resolved = [notice for notice in scene.publisher.published if notice.event == "resolved"]
    assert [notice.days_left for notice in resolved] == [407] * len(resolved)
    assert resolved


def test_a_resolve_follows_as_soon_as_its_reminder_is_settled(scene: Scene) -> None:
    scene.publisher.answers, scene.publisher.taken_before_failing = [DeliveryUnknownError()], True
    scene.remind(days_before(9))
    scene.says(EXPIRY + timedelta(days=365))
    scene.poll(days_before(9) + timedelta(minutes=3))

    for minutes in (3, 15):
        scene.remind(days_before(9) + timedelta(minutes=minutes))

    assert scene.sent == [("reminder", 10), ("resolved", None)]


def test_a_renewal_long_after_the_lapse_is_resolved_although_the_reminders_rows_have_expired(scene: Scene) -> None:
    scene.remind(days_before(-1))
    scene.says(EXPIRY + timedelta(days=800))
    scene.poll(days_before(-410))
    for key in [key for key in scene.store.ledger if key.milestone is not None]:
        del scene.store.ledger[key]

    scene.remind(days_before(-410))

    assert scene.sent == [("expired", 0), ("resolved", None)]


def test_a_reminder_that_could_not_go_out_for_days_does_not_speak_in_the_morning_of_a_tighter_one(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryFailedError()] * 100
    for hours in range(46):
        scene.remind(days_before(3) + timedelta(hours=hours))
    scene.publisher.answers = []

    for minutes in range(0, 300, 15):
        scene.remind(days_before(1, hour=11) + timedelta(minutes=minutes))

    assert scene.sent == [("reminder", 1)]


def test_a_renewal_while_others_are_being_sent_is_not_talked_over(scene: Scene) -> None:
    for name in ("yonder", "zephyr"):
        scene.add(name)
        scene.says(EXPIRY + timedelta(hours=1), name)
    scene.poll(days_before(11))
    publish = scene.publisher.publish

    def renewing(message: Notice | Digest | Summary) -> str:
        for name in ("yonder", "zephyr"):
            scene.says(EXPIRY + timedelta(days=365), name)
        scene.poll(days_before(9))
        return publish(message)

    scene.publisher.publish = renewing  # type: ignore[method-assign]
    scene.remind(days_before(9))

    assert [(notice.instance_id, notice.event) for notice in scene.publisher.published] == [("northwind", "reminder")]


def test_a_run_tells_how_long_the_oldest_notice_has_been_owed(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryFailedError()]

    ages = [scene.remind(days_before(10, hour=hour))["oldest_due_age"] for hour in (13, 18, 19)]

    assert ages == [0, 5 * 3600, 0]
