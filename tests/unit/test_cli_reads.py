"""Reading from the command line: until the polls have landed, and one PBX at a time."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import FailedRead, Reason
from lapsewatch.errors import InstanceBusyError
from lapsewatch.lifecycle import set_enabled

from cli.polls import follow, to_be_read
from cli.trial import document_of, lines_of, require_free, visit
from tests.builders import KEY, NOW, instance, observation, state, watched
from tests.scenes import EXPIRY, Scene, days_before


def scene_of(*ids: str) -> Scene:
    scene = Scene()
    for key in ids:
        scene.add(key)
        scene.says(EXPIRY, key)
    return scene


def test_it_waits_for_those_that_a_poll_visits_and_no_others() -> None:
    scene = scene_of("good", "bad", "paused")
    set_enabled(scene.store, "paused", enabled=False)
    scene.fails(Reason.BAD_CREDENTIALS, "bad")
    for hour in (1, 2, 3):
        scene.poll(days_before(12, hour=hour))

    assert set(to_be_read(scene.store, days_before(12, hour=4))) == {"good"}


def test_it_ends_when_every_poll_has_landed_failed_ones_too() -> None:
    scene = scene_of("good", "bad")
    scene.fails(Reason.TIMEOUT, "bad")
    before = to_be_read(scene.store, days_before(12))
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        scene.poll(days_before(12), *(["good"] if len(waits) == 1 else ["bad"]))

    landed = follow(scene.store, before, 60, sleep, monotonic=lambda: 0)

    assert {key: item.state.reason for key, item in landed.items()} == {"good": None, "bad": Reason.TIMEOUT}
    assert len(waits) == 2


def test_it_gives_up_when_its_patience_ends_and_returns_what_has_landed() -> None:
    scene = scene_of("good", "lost")
    before = to_be_read(scene.store, days_before(12))
    scene.poll(days_before(12), "good")
    clock = iter(range(100))

    landed = follow(scene.store, before, 5, lambda _: None, monotonic=lambda: next(clock))

    assert set(landed) == {"good"}


def test_a_pbx_is_tried_by_the_way_that_was_found() -> None:
    scene = Scene()
    scene.add(access=Access.AUTO)
    scene.says(EXPIRY)
    found = watched(instance(access=Access.AUTO), replace(state(), way=Access.LEGACY))

    asyncio.run(visit(scene.pbx, found, PbxSecret("lapsewatch", "x"), NOW))

    assert scene.pbx.ways == [(Access.LEGACY, Access.API_CLIENT, Access.USER_LOGIN)]


def test_a_pbx_that_is_being_refreshed_is_not_tried() -> None:
    with pytest.raises(InstanceBusyError, match="being refreshed"):
        require_free(state(lease_until=NOW + timedelta(seconds=1)), NOW, anyway=True)
    require_free(state(lease_until=NOW), NOW)


def test_credentials_that_a_pbx_keeps_refusing_are_tried_only_if_somebody_insists() -> None:
    resting = state(reason=Reason.BAD_CREDENTIALS, next_poll_at=NOW + timedelta(days=1))

    with pytest.raises(InstanceBusyError, match=r"until 2026-06-11 13:00 UTC.*--anyway"):
        require_free(resting, NOW)
    require_free(resting, NOW, anyway=True)
    require_free(resting, NOW + timedelta(days=1))
    require_free(state(reason=Reason.UPGRADING, next_poll_at=NOW + timedelta(minutes=5)), NOW)


def test_a_pbx_that_was_read_is_told_without_its_key() -> None:
    told = "\n".join(lines_of(instance(), observation()))

    assert "license ends: 2026-06-20 in America/New_York" in told
    assert "edition: Professional (SPLA)" in told
    assert "seats: 9 of 40" in told
    assert KEY not in told + json.dumps(document_of(instance(), observation()))


def test_a_date_that_cannot_be_used_is_told() -> None:
    told = lines_of(instance(), observation(rejected=(("expires_at", "a placeholder before the year 2000"),)))

    assert told[-1] == "expires_at could not be used: a placeholder before the year 2000"


def test_a_pbx_that_was_not_read_is_told_with_what_to_fix() -> None:
    failed = FailedRead(NOW + timedelta(seconds=1), Reason.TLS_UNTRUSTED, "self-signed certificate")

    first, remedy = lines_of(instance(), failed)
    assert "certificate not trusted (self-signed certificate)" in first
    assert "its CA or a pin" in remedy
    assert document_of(instance(), failed)["ok"] is False
