"""Many notices at once go out as digests: each row keeps its own account, and no line is left out."""

from collections import Counter
from datetime import timedelta

import pytest
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.ledger import RowState
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.wording import MAINTENANCE_STOPS
from lapsewatch.errors import ChannelClosedError, DeliveryFailedError, DeliveryRefusedError, DeliveryUnknownError

from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)


def due(number: int) -> Scene:
    """Return a fleet of which this many owe a reminder nine days before."""
    scene = Scene()
    for n in range(number):
        scene.add(f"pbx-{n:03d}")
        scene.says(EXPIRY + timedelta(hours=n % 5), f"pbx-{n:03d}")
    scene.poll(days_before(12))
    return scene


def states(scene: Scene) -> Counter[RowState]:
    return Counter(row.state for row in scene.store.ledger.values())


def test_ten_notices_are_ten_messages_and_eleven_are_one() -> None:
    ten, eleven = due(10), due(11)

    ten.remind(days_before(9))
    eleven.remind(days_before(9))

    assert (len(ten.publisher.messages), len(ten.publisher.digests)) == (10, 0)
    assert (len(eleven.publisher.messages), len(eleven.publisher.digests)) == (1, 1)


def test_every_row_of_a_digest_is_marked_with_its_message() -> None:
    scene = due(37)

    counts = scene.remind(days_before(9))

    assert (counts["sent"], counts["digests"]) == (37, 1)
    rows = list(scene.store.ledger.values())
    assert {(row.state, row.sns_message_id) for row in rows} == {(RowState.SENT, "message-1")}
    assert len({notice.event_id for notice in scene.publisher.published}) == 37


def test_a_digest_lists_the_most_urgent_first() -> None:
    scene = due(11)
    scene.says(EXPIRY - 20 * DAY, "pbx-007")
    scene.says(EXPIRY - 8 * DAY, "pbx-003")
    scene.poll(days_before(10))

    scene.remind(days_before(9))

    [digest] = scene.publisher.digests
    order = [(notice.event.value, notice.severity.value, notice.instance_id) for notice in digest.notices][:3]
    assert order == [
        ("expired", "CRITICAL", "pbx-007"),
        ("reminder", "CRITICAL", "pbx-003"),
        ("reminder", "INFO", "pbx-000"),
    ]
    assert digest.severity is Severity.CRITICAL
    assert digest.headline == "11 license notices, 1 expired"
    assert digest.text.count("Pbx-") >= 11


def test_an_entry_of_a_digest_tells_what_its_own_message_would_have() -> None:
    scene = Scene()
    for n in range(12):
        scene.add(f"pbx-{n:03d}")
        scene.says(EXPIRY + 300 * DAY, f"pbx-{n:03d}")
    scene.says(None, "pbx-003", maintenance=EXPIRY)
    scene.poll(days_before(40))
    for n in range(12):
        scene.now_says(f"pbx-{n:03d}", key="AAAA-BBBB-CCCC-DDDD")
    scene.poll(days_before(35))

    scene.remind(days_before(29))

    [digest] = scene.publisher.digests
    entries = {entry.split(":")[0]: entry.splitlines() for entry in digest.text.split("\n\n")}
    stale = "    Last read: 2026-05-16 13:00 UTC - the PBX has not answered for 6 days, so this is the last known date"
    assert entries["[WARNING] Pbx-003"] == [
        "[WARNING] Pbx-003: maintenance expires in 29 days",
        "    30-day reminder, 2026-06-20, Pbx-003 Health, https://page.example/#instance-pbx-003",
        stale,
    ]
    assert entries["[INFO] Pbx-000"] == [
        "[INFO] Pbx-000: license changed: license key",
        "    2027-04-16, Pbx-000 Health, https://page.example/#instance-pbx-000",
        stale,
        "    - license key: was ····-····-····-9Q1S, is now ····-····-····-DDDD",
    ]
    assert digest.text.count(MAINTENANCE_STOPS) == 1


def test_a_digest_names_what_stops_without_maintenance_only_where_maintenance_ends() -> None:
    scene = due(12)

    scene.remind(days_before(9))

    [digest] = scene.publisher.digests
    assert "maintenance" not in digest.text.lower()
    assert "    10-day reminder, 2026-06-20, Pbx-000 Health, " in digest.text


def test_the_entry_of_a_lapse_is_called_so_and_a_resolve_has_no_milestone() -> None:
    scene = due(12)
    scene.remind(EXPIRY + timedelta(hours=5))
    for n in range(12):
        scene.says(EXPIRY + 365 * DAY, f"pbx-{n:03d}")
    scene.poll(EXPIRY + timedelta(hours=6))

    scene.remind(EXPIRY + timedelta(hours=6))

    lapsed, settled = scene.publisher.digests
    assert lapsed.text.count("    notice of the lapse, 2026-06-20, ") == 12
    assert settled.text.count("    2027-06-20, ") == 12


def test_what_does_not_fit_into_one_digest_goes_into_the_next() -> None:
    scene = due(25)
    scene.publisher.room = 10

    scene.remind(days_before(9))

    assert [len(digest.notices) for digest in scene.publisher.digests] == [10, 10, 5]
    assert len({digest.event_id for digest in scene.publisher.digests}) == 3
    assert states(scene) == {RowState.SENT: 25}


@pytest.mark.fault("N13")
def test_a_run_of_hundreds_stays_with_digests_to_its_end() -> None:
    scene = due(305)

    scene.remind(days_before(9))

    assert len(scene.publisher.messages) == len(scene.publisher.digests) == 1
    assert len(scene.publisher.published) == 305


def test_the_most_urgent_of_hundreds_stands_first_in_the_first_digest() -> None:
    scene = due(150)
    scene.publisher.room = 40
    scene.says(EXPIRY - 9 * DAY, "pbx-149")
    scene.poll(days_before(10))

    scene.remind(days_before(9) + timedelta(hours=6))

    assert [len(digest.notices) for digest in scene.publisher.digests] == [40, 40, 40, 30]
    assert scene.publisher.digests[0].notices[0].instance_id == "pbx-149"


def test_what_is_to_be_sent_decides_about_a_digest_and_not_in_which_hundred_it_was_found() -> None:
    scene = due(100)
    scene.claim(days_before(9))
    for n in range(95):
        scene.says(EXPIRY + 365 * DAY, f"pbx-{n:03d}")
    for n in range(10):
        scene.add(f"late-{n}")
        scene.says(EXPIRY, f"late-{n}")
    scene.poll(days_before(8))

    scene.remind(days_before(8))

    assert [len(digest.notices) for digest in scene.publisher.digests] == [15]


def test_digests_can_be_switched_off() -> None:
    scene = due(30)
    scene.digest_over = 0

    scene.remind(days_before(9))

    assert (len(scene.publisher.messages), scene.publisher.digests) == (30, [])


def test_a_digest_that_sns_did_not_take_is_tried_again_whole() -> None:
    scene = due(20)
    scene.publisher.answers = [DeliveryFailedError()]

    counts = scene.remind(days_before(9))
    again = scene.remind(days_before(9) + timedelta(minutes=2))

    assert (counts["postponed"], again["sent"]) == (20, 20)
    assert len(scene.publisher.published) == 20


def test_a_digest_whose_answer_was_lost_may_be_repeated_once_under_the_same_name() -> None:
    scene = due(20)
    scene.publisher.answers, scene.publisher.taken_before_failing = [DeliveryUnknownError()], True

    counts = scene.remind(days_before(9))
    scene.remind(days_before(9) + timedelta(minutes=5))
    during_the_lease = len(scene.publisher.messages)
    scene.remind(days_before(9) + timedelta(minutes=7))

    assert (counts["unknown"], during_the_lease) == (20, 1)
    first, second = scene.publisher.digests
    assert first.event_id == second.event_id
    assert states(scene) == {RowState.SENT: 20}


def test_one_notice_that_is_refused_takes_no_other_with_it() -> None:
    scene = due(12)
    refused = scene.publisher.publish

    def choosy(message: Notice | Digest | Summary) -> str:
        notices = message.notices if isinstance(message, Digest) else (message,)
        if any(isinstance(notice, Notice) and notice.instance_id == "pbx-005" for notice in notices):
            raise DeliveryRefusedError
        return refused(message)

    scene.publisher.publish = choosy  # type: ignore[method-assign]
    for hours in range(4):
        scene.remind(days_before(9) + timedelta(hours=hours))

    assert states(scene) == {RowState.SENT: 11, RowState.DEAD: 1}
    assert len(scene.publisher.published) == 11


@pytest.mark.fault("N5")
@pytest.mark.parametrize("number", [3, 12])
def test_a_channel_that_takes_nothing_loses_nothing_however_long_that_lasts(number: int) -> None:
    scene = due(number)
    scene.publisher.answers = [ChannelClosedError()] * 200

    counts = [scene.remind(days_before(9) + timedelta(minutes=15 * run)) for run in range(40)]
    scene.publisher.answers = []
    scene.remind(days_before(9) + timedelta(hours=12))

    assert all(found["held"] for found in counts if found["held"] + found["backlog"])
    assert states(scene) == {RowState.SENT: number}


def test_one_row_whose_mark_is_lost_does_not_stop_the_others() -> None:
    scene = due(15)
    mark = scene.store.mark_sent

    def lossy(row, sent_at, sns_message_id):  # type: ignore[no-untyped-def]
        if row.key.instance_id == "pbx-004":
            raise OSError("throttled")
        mark(row, sent_at, sns_message_id)

    scene.store.mark_sent = lossy  # type: ignore[method-assign]
    counts = scene.remind(days_before(9))

    assert (counts["sent"], counts["failed"]) == (14, 1)
    assert states(scene) == {RowState.SENT: 14, RowState.PENDING: 1}


def test_a_run_without_time_left_takes_no_lease() -> None:
    scene = due(30)
    scene.seconds_left = 10

    counts = scene.remind(days_before(9))

    assert counts["backlog"] == 30
    assert scene.publisher.messages == []
    assert all(row.attempts == 0 for row in scene.store.ledger.values())


def test_resolves_go_into_digests_too() -> None:
    scene = due(12)
    scene.remind(days_before(9))
    for n in range(12):
        scene.says(EXPIRY + 365 * DAY, f"pbx-{n:03d}")
    scene.poll(days_before(8))

    scene.remind(days_before(8))

    assert scene.publisher.digests[-1].headline == "12 license notices, 12 settled"
    assert Counter(event for event, _ in scene.sent) == {"reminder": 12, "resolved": 12}


@pytest.mark.parametrize("number", [1, 11])
def test_a_second_run_sends_nothing_again(number: int) -> None:
    scene = due(number)
    scene.remind(days_before(9))

    for minutes in range(15, 120, 15):
        scene.remind(days_before(9) + timedelta(minutes=minutes))

    assert len(scene.publisher.messages) == 1
