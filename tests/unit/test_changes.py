"""Change notices and the history: every change is told once, and stays on record."""

from datetime import timedelta

import pytest
from lapsewatch.domain.clocks import Severity
from lapsewatch.domain.license import Reason
from lapsewatch.lifecycle import remove, set_enabled

from tests.fakes import FakeStore
from tests.scenes import EXPIRY, Scene, days_before

DAY = timedelta(days=1)
KEY = "8SGW-7XFG-2R4K-9Q1S"


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY + 300 * DAY)
    scene.poll(days_before(30))
    return scene


def test_a_change_is_told_once_with_what_was_and_what_is(scene: Scene) -> None:
    scene.now_says(product_code="3CXPSPROFENTSPLA", key="AAAA-BBBB-CCCC-DDDD")
    for days in (29, 28, 27):
        scene.poll(days_before(days))
        scene.remind(days_before(days))

    [notice] = scene.publisher.published
    assert (notice.event.value, notice.severity, notice.clock, notice.milestone) == (
        "changed",
        Severity.INFO,
        None,
        None,
    )
    assert notice.headline == "Northwind: license changed: edition, license key"
    assert "- edition: was Professional (SPLA), is now Enterprise (SPLA)" in notice.text
    assert "DDDD" in notice.text
    assert "AAAA" not in notice.text
    assert KEY not in notice.text
    assert notice.dedup_key == "lapsewatch:northwind:changes"


@pytest.mark.fault("P24")
@pytest.mark.parametrize("facts", [{"fqdn": "other.3cx.us"}, {"fqdn": "other.3cx.us", "key": "AAAA-BBBB-CCCC-DDDD"}])
def test_an_answer_of_another_pbx_is_accepted_but_never_in_silence(scene: Scene, facts: dict[str, str]) -> None:
    scene.now_says(**facts)
    scene.poll(days_before(29))
    scene.remind(days_before(29))

    [notice] = scene.publisher.published
    assert notice.event.value == "changed"
    assert "FQDN: was northwind.3cx.us, is now other.3cx.us" in notice.text
    assert "FQDN" in scene.state().changed
    license = scene.state().license
    assert license is not None
    assert license.fqdn == "other.3cx.us"


def test_a_renewal_under_another_reseller_says_that_it_was_not_you(scene: Scene) -> None:
    scene.now_says(reseller="Old Partner")
    scene.poll(days_before(29))
    scene.now_says(reseller="Another Partner", expires_at=EXPIRY + 700 * DAY)
    scene.poll(days_before(28))
    scene.remind(days_before(28))

    assert [notice.headline for notice in scene.publisher.published] == ["Northwind: license renewed, but not by you"]


def test_a_fall_to_a_smaller_tier_is_a_warning_and_is_never_called_a_renewal(scene: Scene) -> None:
    scene.now_says(expires_at=EXPIRY, sim_calls=16)
    scene.poll(days_before(12))
    scene.remind(days_before(9))
    scene.now_says(expires_at=EXPIRY + 365 * DAY, sim_calls=2, key="FREE-BBBB-CCCC-DDDD", product_code="3CXFREE")
    scene.poll(days_before(-1))

    scene.remind(days_before(-1))

    _, changed, resolved = sorted(scene.publisher.published, key=lambda notice: notice.occurred_at)
    assert changed.severity is Severity.WARNING
    assert changed.headline == "Northwind: license fell to a smaller tier: simultaneous calls from 16 to 2"
    assert "- edition: was Professional (SPLA), is now 3CXFREE\n" in changed.text
    assert "going back may cost extra" in changed.text
    assert resolved.headline == "Northwind: license has a later date, 364 days left, but fell to a smaller tier"
    assert "- simultaneous calls: was 16, is now 2\n" in resolved.text
    assert not any("renewed" in notice.text for notice in (changed, resolved))


def test_a_renewal_with_more_calls_is_a_renewal(scene: Scene) -> None:
    scene.now_says(expires_at=EXPIRY, sim_calls=16, product_code="3CXPSSPLA")
    scene.poll(days_before(12))
    scene.remind(days_before(9))
    scene.now_says(expires_at=EXPIRY + 365 * DAY, sim_calls=32, product_code="3CXPSPROFSPLA")
    scene.poll(days_before(8))

    scene.remind(days_before(8))

    told = {notice.event.value: (notice.headline, notice.severity) for notice in scene.publisher.published}
    assert told["changed"] == ("Northwind: license changed: edition, simultaneous calls, license date", Severity.INFO)
    assert told["resolved"] == ("Northwind: license renewed, 373 days left", Severity.INFO)


def test_maintenance_that_was_renewed_while_the_license_fell_is_renewed(scene: Scene) -> None:
    scene.says(None, maintenance=EXPIRY)
    scene.now_says(sim_calls=16)
    scene.store = FakeStore()
    scene.add()
    scene.poll(days_before(40))
    scene.remind(days_before(29))
    scene.now_says(sim_calls=8, maintenance_expires_at=EXPIRY + 365 * DAY)
    scene.poll(days_before(28))

    scene.remind(days_before(28))

    assert [notice.headline for notice in scene.publisher.published if notice.clock] == [
        "Northwind: maintenance expires in 29 days",
        "Northwind: maintenance renewed, 393 days left",
    ]


@pytest.mark.parametrize(
    ("fact", "before", "after", "words"),
    [
        ("reseller", "You Inc", "3CX direct", "reseller: was You Inc, is now 3CX direct"),
        ("key", KEY, "AAAA-BBBB-CCCC-DDDD", "license key: was ····-····-····-9Q1S, is now ····-····-····-DDDD"),
        ("sim_calls", 8, 16, "simultaneous calls: was 8, is now 16"),
    ],
)
def test_a_fact_that_went_silent_and_comes_back_different_is_told_against_what_was_last_said(
    scene: Scene, fact: str, before: object, after: object, words: str
) -> None:
    for days, value in ((29, before), (28, None), (20, None), (19, after)):
        scene.now_says("northwind", **{fact: value})
        scene.poll(days_before(days))
        scene.remind(days_before(days))

    [notice] = scene.publisher.published
    assert f"- {words}\n" in notice.text
    assert [change.text for entry in scene.store.history("northwind", 10) for change in entry.changes] == [words]


def test_a_fact_that_went_silent_and_comes_back_the_same_is_no_news(scene: Scene) -> None:
    for days, reseller in ((29, "You Inc"), (28, None), (20, None), (19, "You Inc")):
        scene.now_says(reseller=reseller)
        scene.poll(days_before(days))
        scene.remind(days_before(days))

    assert scene.publisher.published == []
    assert scene.state().unsaid == {}


def test_a_renewal_alone_is_on_record_but_is_no_notice(scene: Scene) -> None:
    scene.now_says(expires_at=EXPIRY + 700 * DAY)
    scene.poll(days_before(28))
    scene.remind(days_before(28))

    assert scene.publisher.published == []
    [entry] = scene.store.history("northwind", 10)
    assert [change.fact for change in entry.changes] == ["license date"]
    assert entry.at == days_before(28)


def test_a_fact_that_flaps_is_told_once_and_recorded_each_time(scene: Scene) -> None:
    for hours, sim_calls in enumerate([8, 16, 8, 16, 8, 16]):
        scene.now_says(sim_calls=sim_calls)
        scene.poll(days_before(29) + timedelta(hours=hours))
        scene.remind(days_before(29) + timedelta(hours=hours))

    assert scene.sent == [("changed", None)]
    assert len(scene.store.history("northwind", 100)) == 5


def test_a_failed_read_changes_nothing(scene: Scene) -> None:
    scene.fails(Reason.TIMEOUT)
    scene.poll(days_before(29))
    scene.remind(days_before(29))

    assert scene.publisher.published == []
    assert scene.store.history("northwind", 10) == []


def test_a_change_waits_for_a_paused_instance_and_goes_with_a_removed_one(scene: Scene) -> None:
    scene.now_says(sim_calls=4)
    scene.poll(days_before(29))
    scene.now_says(sim_calls=64)
    scene.poll(days_before(28))
    set_enabled(scene.store, "northwind", enabled=False)
    scene.remind(days_before(28))
    paused = scene.sent

    remove(scene.operating, "northwind", days_before(27))
    scene.remind(days_before(26))

    assert (paused, scene.sent) == ([], [])


def test_a_change_and_a_resolve_of_one_reading_are_both_told(scene: Scene) -> None:
    scene.says(EXPIRY)
    scene.poll(days_before(12))
    scene.remind(days_before(9))
    scene.now_says(expires_at=EXPIRY + 365 * DAY, fqdn="other.3cx.us")
    scene.poll(days_before(8))
    scene.remind(days_before(8))

    assert sorted(event for event, _ in scene.sent) == ["changed", "reminder", "resolved"]


def test_five_hundred_licenses_extended_at_once_give_the_open_resolves_and_nothing_else() -> None:
    scene = Scene()
    names = [f"pbx-{number:03d}" for number in range(500)]
    for number, name in enumerate(names):
        scene.add(name)
        scene.says(EXPIRY if number % 50 == 0 else EXPIRY + 40 * DAY, name)
    scene.poll(days_before(12))
    scene.remind(days_before(9))
    alerted = len(scene.publisher.published)

    for name in names:
        scene.says(EXPIRY + 90 * DAY if name.endswith(("00", "50")) else EXPIRY + 130 * DAY, name)
    scene.poll(days_before(8))
    for hours in range(5):
        scene.remind(days_before(8) + timedelta(hours=hours))

    assert alerted == 10
    assert [event for event, _ in scene.sent[alerted:]] == ["resolved"] * 10
