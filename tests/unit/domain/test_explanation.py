"""The ledger in sentences: every notice, sent, waiting or never owed, says why."""

from datetime import date, timedelta

import pytest
from lapsewatch.acknowledge import acknowledge
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.explanation import Line, Standing, explain
from lapsewatch.errors import DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError
from lapsewatch.lifecycle import remove, set_enabled

from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(12))
    return scene


def lines(scene: Scene, days: int, hour: int = 15) -> list[Line]:
    watched = scene.store.watched(["northwind"], removed=True)["northwind"]
    return explain(watched, scene.store.rows("northwind"), scene.rules, days_before(days, hour))


def told(scene: Scene, days: int) -> dict[str, tuple[Standing, str]]:
    return {line.key.alert.partition("#")[2]: (line.standing, line.why) for line in lines(scene, days)}


def test_what_is_to_come_is_listed_with_its_instant(scene: Scene) -> None:
    found = lines(scene, 12)

    assert [(line.key.milestone, line.standing) for line in found] == [
        (10, Standing.COMING),
        (3, Standing.COMING),
        (1, Standing.COMING),
        (0, Standing.COMING),
    ]
    assert [line.due_at for line in found] == [
        days_before(10, 12),
        days_before(3, 12),
        days_before(1, 12),
        EXPIRY,
    ]


def test_what_was_sent_says_so(scene: Scene) -> None:
    scene.remind(days_before(9))

    [sent, *coming] = lines(scene, 9)

    assert (sent.standing, sent.why, sent.due_at) == (Standing.SENT, "Sent.", days_before(10, 12))
    assert sent.row is not None
    assert sent.row.sns_message_id == "message-1"
    assert {line.why for line in coming} == {"Not due yet."}


def test_a_milestone_that_was_skipped_says_why(scene: Scene) -> None:
    scene.remind(days_before(2))

    assert told(scene, 2)["000001#010"] == (
        Standing.NOT_SENT,
        "Not sent: a tighter milestone was already due when this one could have been.",
    )


@pytest.mark.parametrize(
    ("days", "hour", "passed_over", "due"),
    [(2, 15, [10], 3), (1, 15, [10, 3], 1), (0, 15, [10, 3], 1), (0, 16, [10, 3, 1], 0), (-5, 15, [10, 3, 1], 0)],
)
def test_of_several_milestones_that_nobody_claimed_only_the_tightest_goes_out_with_the_next_run(
    scene: Scene, days: int, hour: int, passed_over: list[int], due: int
) -> None:
    found = {line.key.milestone: (line.standing, line.why) for line in lines(scene, days, hour)}

    instead = "Not sent: a tighter milestone was already due when this one could have been."
    assert [milestone for milestone, told in found.items() if told == (Standing.NOT_SENT, instead)] == passed_over
    assert [milestone for milestone, (_, why) in found.items() if "next run" in why] == [due]


def test_before_the_reminder_hour_a_milestone_passed_over_is_not_due_any_more(scene: Scene) -> None:
    found = {line.key.milestone: line.why for line in lines(scene, 3, 11)}

    assert "a tighter milestone" in found[10]
    assert found[3] == "Not due yet."


def test_a_superseded_row_names_what_took_its_place(scene: Scene) -> None:
    scene.claim(days_before(9))
    scene.remind(days_before(2))

    standing, why = told(scene, 2)["000001#010"]
    assert standing is Standing.NOT_SENT
    assert "took its place" in why


def test_what_is_due_but_not_claimed_yet_goes_out_with_the_next_run(scene: Scene) -> None:
    assert told(scene, 9)["000001#010"] == (Standing.COMING, "Due: it goes out with the next run.")


@pytest.mark.parametrize(
    ("answer", "word"), [(DeliveryFailedError(), "tried again"), (DeliveryUnknownError(), "lease")]
)
def test_what_sns_did_not_take_says_so(scene: Scene, answer: Exception, word: str) -> None:
    scene.publisher.answers = [answer]
    scene.remind(days_before(9))

    standing, why = told(scene, 9)["000001#010"]
    assert standing is Standing.WAITING
    assert word in why


def test_what_sns_refused_for_good_has_failed(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryRefusedError()] * 3
    for hours in range(6):
        scene.remind(days_before(9) + timedelta(hours=hours))

    assert told(scene, 8)["000001#010"][0] is Standing.FAILED


def test_a_paused_instance_says_that_it_is_paused(scene: Scene) -> None:
    scene.claim(days_before(9))
    set_enabled(scene.store, "northwind", enabled=False)

    found = told(scene, 9)

    assert all("paused" in why for _, why in found.values())


def test_an_acknowledged_cycle_says_by_whom_and_why(scene: Scene) -> None:
    taken = Acknowledgement("Kim", "order 4711", days_before(12), None)
    acknowledge(scene.operating, "northwind", Clock.LICENSE, taken, days_before(12))

    found = told(scene, 9)

    assert found["000001#010"][1] == "Silent: Kim acknowledged this cycle: order 4711"
    assert found["000001#001"][1] == "Not due yet."


def test_a_row_claimed_before_the_acknowledgement_waits(scene: Scene) -> None:
    scene.claim(days_before(9))
    taken = Acknowledgement("Kim", "order 4711", days_before(9), None)
    acknowledge(scene.operating, "northwind", Clock.LICENSE, taken, days_before(9))

    assert told(scene, 9)["000001#010"] == (
        Standing.WAITING,
        "Waiting: somebody acknowledged this cycle after it was claimed.",
    )


def test_the_last_milestone_waits_for_no_acknowledgement(scene: Scene) -> None:
    taken = Acknowledgement("Kim", "order 4711", days_before(9), None)
    acknowledge(scene.operating, "northwind", Clock.LICENSE, taken, days_before(9))
    scene.claim(days_before(1))

    assert told(scene, 1)["000001#001"] == (Standing.WAITING, "Waiting: it goes out with the next run.")


def test_a_row_waits_no_more_for_an_acknowledgement_that_has_ended(scene: Scene) -> None:
    scene.claim(days_before(9))
    taken = Acknowledgement("Kim", "order 4711", days_before(9), date(2026, 6, 13))
    acknowledge(scene.operating, "northwind", Clock.LICENSE, taken, days_before(9))

    assert "acknowledged" in told(scene, 7)["000001#010"][1]
    assert told(scene, 6)["000001#010"] == (Standing.WAITING, "Waiting: it goes out with the next run.")


@pytest.mark.parametrize("tried", [False, True])
def test_a_row_that_a_tighter_milestone_has_overtaken_does_not_go_out_with_the_next_run(
    scene: Scene, tried: bool
) -> None:
    scene.claim(days_before(9))
    if tried:
        scene.publisher.answers = [DeliveryFailedError()]
        scene.remind(days_before(9))

    assert told(scene, 3)["000001#010"] == (
        Standing.WAITING,
        "Waiting: a tighter milestone has been crossed, and is going to take its place.",
    )


def test_a_resolve_waits_while_the_date_has_moved_back(scene: Scene) -> None:
    scene.remind(days_before(9))
    for expires_at in (EXPIRY + 365 * DAY, EXPIRY):
        scene.says(expires_at)
        scene.poll(days_before(8))

    standing, why = told(scene, 8)["000002#R"]
    assert standing is Standing.WAITING
    assert why.endswith("Waiting: the date has moved back since, so that nothing is renewed.")


def test_maintenance_that_ends_with_the_license_is_silent(scene: Scene) -> None:
    scene.says(EXPIRY, maintenance=EXPIRY)
    scene.poll(days_before(11))

    maintenance = [line for line in lines(scene, 9) if line.key.clock is Clock.MAINTENANCE]

    assert {line.why for line in maintenance} == {"Not sent: the license ends on the same day and speaks for both."}


def test_a_date_that_flapped_says_that_it_is_held_back(scene: Scene) -> None:
    for expires_at in (EXPIRY + 90 * DAY, EXPIRY):
        scene.says(expires_at)
        scene.poll(days_before(9))

    why = told(scene, 9)["000003#010"][1]

    assert why == "Held back for a day: the date had moved away from this one and come back."


def test_a_date_long_past_when_it_was_first_read_is_history() -> None:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY - 60 * DAY)
    scene.poll(days_before(12))

    assert told(scene, 12)["000001#000"][1] == "Not sent: the date was more than 30 days past when it was first read."


def test_a_renewal_shows_the_resolve_and_the_cycle_before_it(scene: Scene) -> None:
    scene.remind(days_before(9))
    scene.says(EXPIRY + 365 * DAY)
    scene.poll(days_before(8))
    waiting = told(scene, 8)["000002#R"]
    scene.remind(days_before(8, 14))

    found = lines(scene, 8)

    assert waiting[0] is Standing.WAITING
    assert [line.key.cycle for line in found] == [2, 2, 2, 2, 2, 1]
    assert (found[0].standing, found[0].why) == (Standing.SENT, "A new date settled the reminders before it. Sent.")
    assert found[-1].due_at is None


def test_what_a_renewal_overtook_says_that_the_date_moved(scene: Scene) -> None:
    scene.claim(days_before(9))
    scene.says(EXPIRY + 365 * DAY)
    scene.poll(days_before(8))
    scene.remind(days_before(8, 14))

    assert "the date moved" in told(scene, 8)["000001#010"][1]


def test_an_attempt_that_a_renewal_overtook_is_perhaps_sent(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryUnknownError()]
    scene.remind(days_before(9))
    scene.says(EXPIRY + 365 * DAY)
    scene.poll(days_before(8))
    scene.remind(days_before(8, 14))

    assert told(scene, 8)["000001#010"][0] is Standing.UNKNOWN


def test_a_resolve_of_reminders_that_never_went_out_says_so(scene: Scene) -> None:
    scene.claim(days_before(9))
    scene.says(EXPIRY + 365 * DAY)
    scene.poll(days_before(8))
    scene.remind(days_before(8))

    assert told(scene, 8)["000002#R"] == (
        Standing.NOT_SENT,
        "A new date settled the reminders before it. Not sent: none of the reminders that it settles had gone out.",
    )


def test_an_attempt_that_a_tighter_milestone_overtook_says_what_is_known(scene: Scene) -> None:
    scene.publisher.answers = [DeliveryFailedError()]
    scene.remind(days_before(4))
    scene.remind(days_before(3))

    assert told(scene, 3)["000001#010"] == (
        Standing.UNKNOWN,
        "Perhaps sent: SNS was tried once, without a record of how it ended; then a tighter milestone took its place.",
    )


def test_a_change_that_a_removal_overtook_speaks_of_no_date(scene: Scene) -> None:
    scene.now_says(reseller="You Inc")
    scene.poll(days_before(11))
    scene.now_says(reseller="Another")
    scene.poll(days_before(10))
    remove(scene.operating, "northwind", days_before(9))
    scene.remind(days_before(9))

    [line] = [line for line in lines(scene, 9) if line.key.change]

    assert line.why == "reseller: was You Inc, is now Another. Not sent: the instance was removed."


def test_an_instance_that_was_never_read_has_nothing_to_explain() -> None:
    scene = Scene()
    scene.add()

    assert lines(scene, 9) == []
