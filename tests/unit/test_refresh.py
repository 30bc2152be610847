"""A refresh is honest about what it did, and never done twice at once."""

from datetime import timedelta

import pytest
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import FailedRead, Reason
from lapsewatch.domain.status import Band
from lapsewatch.errors import InstanceBusyError, RefreshTooSoonError, RefreshUnsupportedError, UnknownInstanceError

from tests.scenes import EXPIRY, Scene, days_before

NOW = days_before(6)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.add()
    scene.says(EXPIRY)
    scene.poll(days_before(10))
    scene.remind(days_before(10))
    return scene


def test_a_renewal_shows_both_dates_and_resolves(scene: Scene) -> None:
    scene.says(EXPIRY + timedelta(days=365))

    done = scene.refresh(NOW)

    assert (done.before.days_left, done.before.band) == (6, Band.CRITICAL)
    assert (done.after.days_left, done.after.band) == (371, Band.ACTIVE)
    assert done.changed
    assert done.resolved
    assert (scene.render.started_now, scene.remind_job.started_soon) == (1, 1)


@pytest.mark.fault("P18")
def test_an_unmoved_date_is_no_change_and_resolves_nothing(scene: Scene) -> None:
    done = scene.refresh(NOW)

    assert not done.changed
    assert not done.resolved
    assert done.before.expires_at == done.after.expires_at == EXPIRY


def test_a_failed_refresh_tells_the_reason_and_changes_nothing(scene: Scene) -> None:
    scene.fails(Reason.UNREACHABLE)

    done = scene.refresh(NOW)

    assert done.reason is Reason.UNREACHABLE
    assert not done.changed
    assert scene.state().reason is Reason.UNREACHABLE


@pytest.mark.fault("A4")
def test_a_second_refresh_within_a_minute_is_told_how_long_to_wait(scene: Scene) -> None:
    scene.refresh(NOW)
    visits = len(scene.pbx.visits)

    with pytest.raises(RefreshTooSoonError) as told:
        scene.refresh(NOW + timedelta(seconds=20))

    assert told.value.retry_after == 41
    assert len(scene.pbx.visits) == visits
    assert scene.refresh(NOW + timedelta(seconds=61)).instance_id == "northwind"


def test_the_token_is_free_again_after_a_refresh(scene: Scene) -> None:
    scene.refresh(NOW)

    assert not scene.state().leased(NOW)


def test_a_failed_refresh_frees_the_token_too(scene: Scene) -> None:
    scene.fails(Reason.TIMEOUT)

    scene.refresh(NOW)

    assert not scene.state().leased(NOW)


def test_an_unknown_instance_is_unknown(scene: Scene) -> None:
    with pytest.raises(UnknownInstanceError):
        scene.refresh(NOW, "nobody")


def test_a_paused_instance_is_not_refreshed() -> None:
    scene = Scene()
    scene.add(enabled=False)

    with pytest.raises(InstanceBusyError):
        scene.refresh(NOW)


def test_credentials_that_3cx_keeps_refusing_are_not_tried_by_hand_either(scene: Scene) -> None:
    scene.fails(Reason.BAD_CREDENTIALS)
    for hours in range(3):
        scene.poll(NOW + timedelta(hours=hours))
    visits = len(scene.pbx.visits)

    with pytest.raises(InstanceBusyError, match="enter them again"):
        scene.refresh(NOW + timedelta(hours=4))

    assert len(scene.pbx.visits) == visits


@pytest.mark.fault("A6")
def test_a_pbx_that_was_asked_and_is_slow_is_read_later_by_the_queue(scene: Scene) -> None:
    scene.pbx.readings["northwind"] = FailedRead(NOW, Reason.TIMEOUT, asked=True)

    done = scene.refresh(NOW)

    assert (done.pending, done.changed, done.reason) == (True, False, None)
    assert scene.queue.later == [("northwind", timedelta(seconds=35))]
    assert scene.state().reason is None
    assert scene.render.started_now == 0


@pytest.mark.fault("A6")
def test_what_a_slow_pbx_comes_to_is_stored_and_resolved_by_the_poll_after_the_lease(scene: Scene) -> None:
    scene.pbx.readings["northwind"] = FailedRead(NOW, Reason.TIMEOUT, asked=True)
    scene.refresh(NOW)
    scene.says(EXPIRY + timedelta(days=365))

    [(instance_id, after)] = scene.queue.later
    early = scene.poll(NOW + after - timedelta(seconds=1), instance_id)
    landed = scene.poll(NOW + after, instance_id)

    assert (early.counts["skipped"], landed.counts["polled"], landed.counts["resolves_owed"]) == (1, 1, 1)


def test_a_pbx_that_never_took_the_refresh_is_not_called_slow(scene: Scene) -> None:
    scene.fails(Reason.TIMEOUT)

    done = scene.refresh(NOW)

    assert (done.pending, done.reason) == (False, Reason.TIMEOUT)
    assert scene.queue.later == []


def test_an_older_version_is_not_visited_for_a_refresh_it_does_not_have() -> None:
    scene = Scene()
    scene.add(access=Access.LEGACY)

    with pytest.raises(RefreshUnsupportedError, match="16 and 18"):
        scene.refresh(NOW)

    assert scene.pbx.visits == []
    assert scene.state().refresh_at is None


def test_an_older_version_that_was_found_by_a_poll_is_not_visited_either() -> None:
    scene = Scene()
    scene.add(access=Access.AUTO)
    scene.says(EXPIRY)
    scene.found(Access.LEGACY)
    scene.poll(days_before(10))

    with pytest.raises(RefreshUnsupportedError):
        scene.refresh(NOW)

    assert len(scene.pbx.visits) == 1


def test_an_older_version_that_only_the_refresh_found_is_read_all_the_same() -> None:
    scene = Scene()
    scene.add(access=Access.AUTO)
    scene.says(EXPIRY)
    scene.found(Access.LEGACY)

    with pytest.raises(RefreshUnsupportedError):
        scene.refresh(NOW)

    assert scene.state().license is not None
    assert (scene.state().way, scene.state().leased(NOW)) == (Access.LEGACY, False)


@pytest.mark.fault("P16")
def test_a_pbx_that_asked_for_time_gets_it_from_a_refresh_too(scene: Scene) -> None:
    scene.pbx.readings["northwind"] = FailedRead(NOW, Reason.UPGRADING, retry_after=600)
    scene.poll(NOW)
    visits = len(scene.pbx.visits)

    with pytest.raises(RefreshTooSoonError) as told:
        scene.refresh(NOW + timedelta(seconds=90))

    assert told.value.retry_after == 510
    assert len(scene.pbx.visits) == visits


@pytest.mark.fault("C4", "P14")
def test_credentials_that_a_refresh_was_refused_with_are_fetched_anew(scene: Scene) -> None:
    scene.fails(Reason.BAD_CREDENTIALS)

    scene.refresh(NOW)

    assert scene.secrets.forgotten == ["northwind"]


def test_a_console_that_refuses_the_credentials_is_said_to_do_that() -> None:
    scene = Scene()
    scene.add(access=Access.AUTO)
    scene.fails(Reason.BAD_CREDENTIALS)
    scene.found(Access.LEGACY)

    assert scene.refresh(NOW).reason is Reason.BAD_CREDENTIALS
