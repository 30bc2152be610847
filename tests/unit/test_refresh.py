"""A refresh is honest about what it did, and never done twice at once."""

from datetime import timedelta

import pytest
from lapsewatch.domain.license import Reason
from lapsewatch.domain.status import Band
from lapsewatch.errors import InstanceBusyError, RefreshTooSoonError, UnknownInstanceError

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
