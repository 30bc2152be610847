"""What the watch says about itself when nobody hears it, a job stops, or work is given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lapsewatch.domain.concerns import SLACK, Name, Paces, Vitals, concerns

NOW = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
PACES = Paces(poll=timedelta(hours=1), remind=timedelta(minutes=15))
WELL = {"poll": NOW - timedelta(minutes=50), "remind": NOW - timedelta(minutes=14)}


def vitals(subscribers: Any = 1, dead_letters: Any = 0, **ages: Any) -> Vitals:
    """Return vitals in which all is well but for what is given; an age is a job's, None for one that never ran."""
    beats = {job: at for job, at in WELL.items() if job not in ages}
    beats |= {job: NOW - age for job, age in ages.items() if age is not None}
    return Vitals(beats, subscribers, dead_letters)


def names(given: Vitals, *, reads: bool = True) -> list[Name]:
    return [concern.name for concern in concerns(given, PACES, NOW, reads=reads)]


def test_a_watch_that_works_has_no_concerns() -> None:
    assert names(vitals()) == []


@pytest.mark.fault("N6")
def test_no_confirmed_subscription_is_the_first_concern() -> None:
    assert names(vitals(subscribers=0, dead_letters=1)) == [Name.NO_SUBSCRIBER, Name.DEAD_LETTERS]


def test_what_cannot_be_found_out_is_said_and_never_taken_for_good() -> None:
    assert names(vitals(subscribers=None, dead_letters=None)) == [Name.SUBSCRIBERS_UNKNOWN, Name.DEAD_LETTERS_UNKNOWN]


@pytest.mark.parametrize(
    ("job", "pace", "name"), [("poll", PACES.poll, Name.POLL_LATE), ("remind", PACES.remind, Name.REMIND_LATE)]
)
def test_a_job_is_late_once_it_has_left_out_a_whole_run(job: str, pace: timedelta, name: Name) -> None:
    allowed = 2 * pace + SLACK

    assert names(vitals(**{job: allowed})) == []
    assert names(vitals(**{job: allowed + timedelta(seconds=1)})) == [name]


def test_a_late_job_says_when_it_last_ended_well() -> None:
    [late] = concerns(vitals(remind=timedelta(days=2)), PACES, NOW, reads=True)
    [never] = concerns(vitals(remind=None), PACES, NOW, reads=True)

    assert late.since == NOW - timedelta(days=2)
    assert never.since is None


def test_a_fleet_with_nothing_to_read_does_not_miss_its_polls() -> None:
    assert names(vitals(poll=None), reads=False) == []


@pytest.mark.parametrize(("waiting", "words"), [(1, "1 message in"), (2, "2 messages in")])
def test_dead_letters_are_counted(waiting: int, words: str) -> None:
    [concern] = concerns(vitals(dead_letters=waiting), PACES, NOW, reads=True)

    assert words in concern.text


def test_every_concern_comes_with_a_remedy() -> None:
    everything = [
        *concerns(vitals(0, 3, poll=None, remind=None), PACES, NOW, reads=True),
        *concerns(vitals(None, None), PACES, NOW, reads=True),
        *concerns(replace(vitals(1, 0), unrouted=("northwind",), ending=("northwind",)), PACES, NOW, reads=True),
    ]

    assert {concern.name for concern in everything} == set(Name)
    assert all(concern.remedy.endswith(".") for concern in everything)


def test_instances_without_a_route_are_named_but_not_all_of_many() -> None:
    lost = tuple(f"pbx-{number}" for number in range(7))

    [few] = concerns(replace(vitals(1, 0), unrouted=lost[:2]), PACES, NOW, reads=True)
    [many] = concerns(replace(vitals(1, 0), unrouted=lost), PACES, NOW, reads=True)

    assert few.text == "No route takes the reminders of pbx-0, pbx-1."
    assert many.text.endswith("pbx-4 and 2 more.")
