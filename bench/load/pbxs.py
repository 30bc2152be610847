"""The simulated PBXs as they count who came: the witness that no poll or refresh signed in twice."""

from typing import Any

import httpx

type Facts = dict[str, dict[str, Any]]


def facts(simulated: dict[str, Any]) -> Facts:
    """Return what there is to know about each PBX, by id."""
    found = httpx.get(f"{simulated['control_url']}/instances", timeout=60).json()["instances"]
    return {pbx["id"]: pbx for pbx in found}


def healthy(pbxs: Facts) -> list[str]:
    """Return the ids of those that answer well and can be refreshed."""
    return [
        key
        for key, pbx in pbxs.items()
        if pbx["mode"] == "ok" and pbx["certificate"] == "good" and pbx["access"] != "legacy"
    ]


def came(before: Facts, after: Facts, what: str = "logins") -> dict[str, int]:
    """Return how often each PBX counted something meanwhile."""
    return {key: after[key]["counters"][what] - before[key]["counters"][what] for key in after}
