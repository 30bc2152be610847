"""A thousand PBXs in one go, read by the deployed workers."""

from pathlib import Path

import httpx
import pytest

from local.demo import first_round
from local.stack import running_stack
from tests.e2e.conftest import NEVER

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

INSTANCES = 1000
ANSWERING = {"ok", "sentinel", "null", "far", "garbage", "slow", "stuck", "late", "no_count"}
"""Modes in which a PBX can be read, whatever its dates are worth."""
LARGEST_MEGABYTES = 256


def test_a_thousand_pbxs_are_read_in_one_go_within_the_memory_of_a_function(tmp_path: Path) -> None:
    with running_stack(INSTANCES, tmp_path, "http://127.0.0.1:1", print, pace=NEVER) as stack:
        first_round(stack, INSTANCES, print)

        fleet = stack.watched()

        failed = {key: item.state.reason for key, item in fleet.items() if item.state.reason}
        facts = httpx.get(f"{stack.simulated['control_url']}/instances").json()["instances"]
        broken = {pbx["id"] for pbx in facts if pbx["mode"] not in ANSWERING or pbx["certificate"] != "good"}
        assert len(fleet) == INSTANCES
        assert failed.keys() == broken
        assert max(_peak_megabytes()) < LARGEST_MEGABYTES


def _peak_megabytes() -> list[int]:
    """Return the most memory that each worker process of a function has ever held."""
    peaks = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            status = (process / "status").read_text()
        except OSError:
            continue
        if b"_worker.py" in words and b"lapsewatch" in words:
            [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
            peaks.append(int(line.split()[1]) // 1024)
    return peaks
