"""Many dates that move at once: operators hear of it once, and only if it was many."""

import json
from datetime import timedelta

import pytest
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.moves import Summary
from lapsewatch.errors import DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError
from lapsewatch.sweep import tell_of_sweep

from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def moved(number: int) -> Scene:
    """Return a fleet of which this many were extended by 91 days, and one by 365, at one poll."""
    scene = Scene()
    for n in range(number + 1):
        scene.add(f"pbx-{n}")
        scene.says(EXPIRY + 40 * DAY, f"pbx-{n}")
    scene.poll_and_follow_up(days_before(12))
    for n in range(number):
        scene.says(EXPIRY + 131 * DAY, f"pbx-{n}")
    scene.says(EXPIRY + 405 * DAY, f"pbx-{number}")
    scene.poll_and_follow_up(days_before(11))
    return scene


def told(scene: Scene) -> list[Summary]:
    return [message for message in scene.publisher.messages if isinstance(message, Summary)]


def test_a_sweep_is_told_of_once_when_it_is_over() -> None:
    scene = moved(20)

    during = tell_of_sweep(scene.delivery(), scene.moves, days_before(11) + 14 * MINUTE)
    after = [tell_of_sweep(scene.delivery(), scene.moves, days_before(11) + n * 15 * MINUTE) for n in (1, 2, 3)]

    assert (during, after) == ("no_sweep", ["sweep_told", "no_sweep", "no_sweep"])
    [summary] = told(scene)
    assert summary.headline == "21 licenses were extended at once, most by 91 days"
    assert summary.shifts == {91: 20, 365: 1}
    assert "- 20 by 91 days" in summary.text


def test_a_few_renewals_are_everyday_business() -> None:
    scene = moved(8)

    assert tell_of_sweep(scene.delivery(), scene.moves, days_before(10)) == "sweep_too_small"
    assert tell_of_sweep(scene.delivery(), scene.moves, days_before(10)) == "no_sweep"
    assert told(scene) == []


def test_dates_that_move_back_jitter_or_are_first_read_are_no_sweep() -> None:
    scene = Scene()
    for n in range(30):
        scene.add(f"pbx-{n}")
        scene.says(EXPIRY + 40 * DAY, f"pbx-{n}")
    scene.poll_and_follow_up(days_before(12))
    for n in range(30):
        scene.says(EXPIRY + 40 * DAY + timedelta(hours=3) if n % 2 else EXPIRY + 20 * DAY, f"pbx-{n}")
    scene.poll_and_follow_up(days_before(11))

    assert tell_of_sweep(scene.delivery(), scene.moves, days_before(10)) == "no_sweep"


@pytest.mark.parametrize("answer", [DeliveryFailedError(), DeliveryUnknownError()])
def test_what_sns_did_not_take_for_sure_is_told_after_the_lease(answer: Exception) -> None:
    scene = moved(20)
    scene.publisher.answers = [answer]

    first, soon, later = (
        tell_of_sweep(scene.delivery(), scene.moves, days_before(10) + minutes * MINUTE) for minutes in (0, 5, 7)
    )

    assert (first, soon, later) == ("sweep_postponed", "sweep_postponed", "sweep_told")
    assert len(told(scene)) == 1


def test_what_sns_refuses_is_not_tried_for_ever() -> None:
    scene = moved(20)
    scene.publisher.answers = [DeliveryRefusedError()]

    assert tell_of_sweep(scene.delivery(), scene.moves, days_before(10)) == "sweep_refused"
    assert tell_of_sweep(scene.delivery(), scene.moves, days_before(9)) == "no_sweep"


@pytest.mark.fault("N12")
def test_a_vendor_wide_move_is_one_summary_and_the_open_resolves() -> None:
    scene = Scene()
    names = [f"pbx-{number:03d}" for number in range(500)]
    for number, name in enumerate(names):
        scene.add(name)
        scene.says(EXPIRY if number < 40 else EXPIRY + 40 * DAY, name)
    scene.poll_and_follow_up(days_before(12))
    scene.remind(days_before(9))
    before = len(scene.publisher.published)
    for number, name in enumerate(names):
        scene.says(EXPIRY + (91 if number < 40 else 131) * DAY, name)
    for start in range(0, 500, 50):
        scene.poll(days_before(8), *names[start : start + 50]).follow_up(
            scene.render, scene.remind_job, scene.turns, scene.moves, days_before(8)
        )

    scene.remind(days_before(8))
    outcomes = [tell_of_sweep(scene.delivery(), scene.moves, days_before(8) + n * 15 * MINUTE) for n in range(5)]

    assert [event for event, _ in scene.sent[before:]] == ["resolved"] * 40
    assert outcomes.count("sweep_told") == 1
    assert told(scene)[0].count == 500


def test_machines_get_the_numbers_of_a_sweep() -> None:
    scene = moved(20)
    tell_of_sweep(scene.delivery(), scene.moves, days_before(10))
    form = form_of(told(scene)[0])

    document = json.loads(form.bodies["default"])

    assert (document["event"], document["count"]) == ("moved", 21)
    assert document["shifts"] == [{"days": 91, "count": 20}, {"days": 365, "count": 1}]
    assert form.attributes["event"]["StringValue"] == "moved"
    assert form.subject == "[INFO] 21 licenses were extended at once, most by 91 days"
