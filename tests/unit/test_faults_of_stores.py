"""Faults of the store and of its index, seen from a whole run."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.state import InstanceState
from lapsewatch.errors import ConflictError
from lapsewatch.poll import dispatch

from tests.fakes import FakeQueue, FakeStore
from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)


def fleet(store: FakeStore, number: int = 3) -> Scene:
    """Return a fleet over a store, each PBX owing its first reminder nine days before."""
    scene = Scene(store=store)
    for n in range(number):
        scene.add(f"pbx-{n}")
        scene.says(EXPIRY, f"pbx-{n}")
    scene.poll(days_before(12))
    return scene


@pytest.mark.fault("D1")
@pytest.mark.parametrize("together", [False, True], ids=["one by one", "as a digest"])
@pytest.mark.parametrize(("call", "failed"), [("claim", 1), ("lease", 1), ("mark_sent", 1), ("some", 3)])
def test_a_throttled_call_costs_its_instances_one_run_and_nothing_is_left_half_done(
    call: str, failed: int, together: bool
) -> None:
    class Throttled(FakeStore):
        once = True

        def __getattribute__(self, name: str) -> object:
            if name == call and object.__getattribute__(self, "once"):
                object.__setattr__(self, "once", False)
                raise OSError("ThrottlingException")
            return object.__getattribute__(self, name)

    store = Throttled()
    store.once = False
    scene = fleet(store)
    scene.digest_over = 1 if together else 10
    store.once = True

    counts = scene.remind(days_before(9))
    scene.remind(days_before(9) + timedelta(minutes=15))

    assert counts["failed"] == failed
    names = [notice.instance_id for notice in scene.publisher.published]
    # What was published before its mark was throttled is sent once more: the documented window.
    assert sorted(set(names)) == ["pbx-0", "pbx-1", "pbx-2"]
    assert len(names) == (4 if call == "mark_sent" else 3)
    assert {row.state for row in scene.store.ledger.values()} == {RowState.SENT}


@pytest.mark.fault("D6")
def test_a_row_that_the_index_does_not_show_yet_is_sent_by_the_run_that_claimed_it() -> None:
    class Lagging(FakeStore):
        def due_rows(self, now: datetime) -> Iterator[RowKey]:
            return iter([])

    scene = fleet(Lagging(), 1)

    scene.remind(days_before(9))

    assert scene.sent == [("reminder", 10)]


@pytest.mark.fault("D6")
def test_a_row_that_the_index_still_shows_after_it_was_sent_is_not_sent_again() -> None:
    class Lagging(FakeStore):
        def due_rows(self, now: datetime) -> Iterator[RowKey]:
            return iter(list(self.ledger))

        def due_instances(self, now: datetime) -> Iterator[str]:
            return iter(list(self.configs))

    scene = fleet(Lagging(), 1)

    for minutes in range(0, 60, 15):
        counts = scene.remind(days_before(9) + timedelta(minutes=minutes))

    assert scene.sent == [("reminder", 10)]
    assert counts["already_settled"] == 1


@pytest.mark.fault("D10")
def test_rows_that_expired_are_not_owed_again() -> None:
    scene = fleet(FakeStore(), 1)
    scene.remind(days_before(9))
    scene.store.ledger.clear()

    for hours in range(24):
        scene.remind(days_before(9) + timedelta(hours=hours))

    assert scene.sent == [("reminder", 10)]


@pytest.mark.fault("D10")
def test_a_renewal_whose_reminders_expired_long_ago_is_still_resolved_or_silent_but_never_stuck() -> None:
    scene = fleet(FakeStore(), 1)
    scene.remind(days_before(9))
    scene.store.ledger.clear()
    scene.says(EXPIRY + 365 * DAY, "pbx-0")
    scene.poll(days_before(8))

    scene.remind(days_before(8))

    assert {row.settled for row in scene.store.ledger.values()} == {True}


@pytest.mark.fault("S12")
def test_five_thousand_instances_are_all_dispatched() -> None:
    scene, queue = Scene(), FakeQueue()
    for number in range(5_000):
        scene.add(f"pbx-{number}")

    counts = dispatch(scene.store, queue)

    assert counts["dispatched"] == len(set(queue.sent)) == 5_000


@pytest.mark.fault("G6")
def test_a_run_over_midnight_judges_everything_by_the_instant_at_which_it_began() -> None:
    scene = fleet(FakeStore(), 2)
    a_blink_before_midnight = days_before(3, hour=12).replace(hour=3, minute=59, second=59)

    scene.remind(a_blink_before_midnight)

    assert {(notice.milestone, notice.days_left) for notice in scene.publisher.published} == {(10, 4)}


@pytest.mark.fault("D5")
@pytest.mark.parametrize("renewed", [False, True], ids=["a reminder", "a resolve"])
def test_what_is_owed_by_an_instance_that_cannot_be_read_waits_until_it_is_repaired(renewed: bool) -> None:
    scene = fleet(FakeStore(), 2)
    if renewed:
        scene.remind(days_before(9))
        scene.says(EXPIRY + timedelta(days=365), "pbx-0")
        scene.poll(days_before(8))
    else:
        scene.claim(days_before(9))
    before = len(scene.publisher.published)
    config = scene.store.configs.pop("pbx-0")

    for hours in range(24):
        assert scene.remind(days_before(8) + timedelta(hours=hours))["failed"] == 1
    scene.store.configs["pbx-0"] = config
    scene.remind(days_before(7))

    later = [notice for notice in scene.publisher.published[before:] if notice.instance_id == "pbx-0"]
    assert [notice.event for notice in later] == ["resolved" if renewed else "reminder"]


@pytest.mark.fault("D5")
def test_a_row_that_no_lease_can_be_had_of_stops_neither_a_digest_nor_the_run() -> None:
    class Poisoned(FakeStore):
        def lease(self, row: LedgerRow, owner: str, now: datetime, until: datetime) -> LedgerRow:
            if row.key.instance_id == "pbx-5":
                raise TypeError("ValidationException: an operand has the wrong type")
            return super().lease(row, owner, now, until)

    scene = fleet(Poisoned(), 12)

    counts = scene.remind(days_before(9))

    assert (counts["sent"], counts["failed"], counts["digests"]) == (11, 1, 1)
    assert len(scene.publisher.published) == 11


def test_an_unexpected_error_of_the_channel_stops_neither_a_digest_nor_the_run() -> None:
    scene = fleet(FakeStore(), 12)
    scene.publisher.answers = [RuntimeError("a bug")]

    counts = scene.remind(days_before(9))
    again = scene.remind(days_before(9) + timedelta(minutes=15))

    assert counts["failed"] == 12
    assert again["sent"] == 12


@pytest.mark.fault("D5")
def test_an_instance_that_cannot_be_claimed_for_is_counted_and_never_silent() -> None:
    class Stuck(FakeStore):
        def claim(self, before: InstanceState, row: LedgerRow, due_at: datetime | None) -> None:
            if row.key.instance_id == "pbx-1":
                raise ConflictError
            super().claim(before, row, due_at)

    scene = fleet(Stuck())

    counts = scene.remind(days_before(9))

    assert (counts["failed"], counts["sent"]) == (1, 2)
